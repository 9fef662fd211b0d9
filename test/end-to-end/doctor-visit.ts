// One visit of the doctor, in this process and over real sockets.
import { doctor } from '../../src/commands/doctor/doctor.ts'
import type { DoctorOptions } from '../../src/commands/doctor/read-doctor-options.ts'
import type { ProcessPort } from '../../src/commands/process-port.ts'

export interface VisitReport {
  readonly code: number
  /** Verdict and sentence by check. */
  readonly found: Readonly<Record<string, readonly [verdict: string, sentence: string]>>
  readonly figures: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly out: string
  readonly error: string
}

export interface VisitOptions extends DoctorOptions {
  /** A model of the config, where no address is named. */
  readonly named?: string
  readonly environment?: Readonly<Record<string, string>>
}

interface PrintedFinding {
  readonly check: string
  readonly verdict: string
  readonly sentence: string
  readonly figures: Readonly<Record<string, unknown>>
}

/** Runs `doctor --json`, and reads what it printed. Rejects as the command does. */
export async function visit({ named, environment = {}, ...options }: VisitOptions): Promise<VisitReport> {
  const { port, printed } = capturingPort(environment)
  const code = await doctor(port, named, { json: true, timeout: '5s', ...options })
  const { out, error } = printed()
  const value = out.startsWith('{') ? JSON.parse(out) : {}
  const findings: PrintedFinding[] = value.findings ?? value.reports?.[0]?.findings ?? []
  return {
    code,
    found: Object.fromEntries(findings.map(({ check, verdict, sentence }) => [check, [verdict, sentence]])),
    figures: Object.fromEntries(findings.map(({ check, figures }) => [check, figures])),
    out,
    error,
  }
}

interface Capture {
  readonly port: ProcessPort
  printed(): { readonly out: string; readonly error: string }
}

function capturingPort(environment: Readonly<Record<string, string>>): Capture {
  let out = ''
  let error = ''
  const never = new Promise<never>(() => {})
  const port: ProcessPort = {
    arguments: [],
    environment,
    workingDirectory: '/',
    isTerminal: false,
    hasTerminal: false,
    print: (text) => {
      out += typeof text === 'string' ? text : Buffer.from(text).toString()
    },
    printed: () => Promise.resolve(),
    printError: (text) => {
      error += text
    },
    droppedLines: () => 0,
    residentBytes: () => 0,
    readStandardInput: () => '',
    stopRequested: () => never,
    onHangUp: () => {},
    takeSignals: () => {},
    onUncaught: () => {},
    exitBy: () => {},
  }
  return { port, printed: () => ({ out, error }) }
}
