// `sallyport doctor`: asks a deployment what it is said to be able to do, and says plainly what it did.
import type { LoadedConfig } from '../../config/load-config.ts'
import { loadConfig } from '../read-config.ts'
import { formatProblems } from '../../config/problem.ts'
import type { FindParts } from '../../compose/find-deployments.ts'
import { commandEgress } from '../../compose/still-directory.ts'
import { earlierFinding, writeMeasured } from '../../compose/measured-capabilities.ts'
import type { MeasuredDeployment } from '../../compose/measured-capabilities.ts'
import { systemClock } from '../../platform/system-clock.ts'
import { configFacts } from '../config-facts.ts'
import type { ProcessPort } from '../process-port.ts'
import { readConfigOnce } from '../read-with-stores.ts'
import { sinceThen } from './checks/identity.ts'
import { costOf, examine } from './examine.ts'
import { Exam } from './exam.ts'
import { patientAt, patientsOfModel } from './find-patients.ts'
import type { FoundPatient } from './find-patients.ts'
import { runGatewaySuite } from './gateway-suite/run-suite.ts'
import { readDoctorWishes } from './read-doctor-options.ts'
import type { DoctorOptions, DoctorWishes } from './read-doctor-options.ts'
import { exitCodeOf, reportJson, reportText } from './report.ts'
import type { Report } from './report.ts'

/** As shells have it for a program that was interrupted. */
const interruptedCode = 130

/** Resolves with 1 when a check fails. Rejects with an Error that says what is wrong with the options. */
export async function doctor(
  port: ProcessPort,
  model: string | undefined,
  options: DoctorOptions,
): Promise<number> {
  refuseContradictions(model, options)
  const wishes = readDoctorWishes(options)
  // It may take minutes, and leaves nothing half done.
  void port.stopRequested().then(() => port.exitBy(0, interruptedCode))
  // An address needs no config, and a bad one in the working folder is none of its business.
  const loaded = await readConfigOnce(port, options.config)
  const isNeeded = options.url === undefined || options.config !== undefined
  if (!loaded.ok && isNeeded) {
    port.printError(`${formatProblems(loaded)}\n`)
    return 1
  }
  const used = loaded.ok ? loaded : defaultConfig(port)
  const egress = commandEgress(used, systemClock)
  const parts = { egress, clock: systemClock, environment: port.environment }
  try {
    if (options.gatewaySuite === true) return await runGatewaySuite(port, { options, wishes, parts })
    const patients = await findPatients(model, { options, loaded: used, parts })
    return await new Consultation({ port, options, wishes, parts }).see(patients)
  } finally {
    egress.close()
  }
}

function refuseContradictions(model: string | undefined, { url, write, gatewaySuite }: DoctorOptions): void {
  if (model === undefined && url === undefined) {
    throw new Error('Name a model, or an address with --url.')
  }
  if (model !== undefined && url !== undefined) {
    throw new Error('Name a model of the config or an address, not both; the model at an address is --model.')
  }
  if (write === true && url !== undefined) {
    throw new Error('--write is for deployments of the config: a gateway knows no address by itself.')
  }
  if (gatewaySuite === true && url === undefined) {
    throw new Error('--gateway-suite needs the address of the gateway: --url http://127.0.0.1:4117/v1.')
  }
}

/** As if there were no file. */
function defaultConfig(port: ProcessPort): LoadedConfig {
  const facts = configFacts(port)
  const missing = { ok: false, missing: true, reason: 'does not exist' } as const
  const loaded = loadConfig(undefined, { ...facts, environment: {}, readText: () => missing })
  if (!loaded.ok) throw new Error('The built-in defaults are no config.')
  return loaded
}

interface Finding {
  readonly options: DoctorOptions
  readonly loaded: LoadedConfig
  readonly parts: FindParts
}

async function findPatients(
  model: string | undefined,
  { options, loaded, parts }: Finding,
): Promise<readonly FoundPatient[]> {
  const { url, model: named, apiKey, wrongKey = false } = options
  if (url !== undefined) return [await patientAt({ url, model: named, apiKey }, parts)]
  return await patientsOfModel(model ?? '', { ...parts, loaded, wrongKey })
}

interface ConsultationParts {
  readonly port: ProcessPort
  readonly options: DoctorOptions
  readonly wishes: DoctorWishes
  readonly parts: FindParts
}

class Consultation {
  readonly #parts: ConsultationParts

  constructor(parts: ConsultationParts) {
    this.#parts = parts
  }

  async see(patients: readonly FoundPatient[]): Promise<number> {
    const { port, options } = this.#parts
    this.#sayCosts(patients)
    const reports: Report[] = []
    for (const patient of patients) {
      const report = await this.#examine(patient)
      reports.push(report)
      if (options.json !== true) port.print(reportText(report))
    }
    if (options.json === true)
      port.print(`${JSON.stringify({ reports: reports.map(reportJson) }, null, 2)}\n`)
    if (options.write === true) this.#write(patients, reports)
    return Math.max(...reports.map(({ findings }) => exitCodeOf(findings)))
  }

  /** Before anything is asked: it may cost money. */
  #sayCosts(patients: readonly FoundPatient[]): void {
    const { port, wishes } = this.#parts
    for (const patient of patients) {
      const wanted = [...wishes.checks].filter(
        (check) => check !== 'wrong_key' || patient.wrongKey !== undefined,
      )
      const { calls, tokens } = costOf(new Set(wanted), wishes.times)
      const about = `about ${calls} calls and ${tokens} tokens, more of a model that thinks`
      port.printError(`Asking ${nameOf(patient)}: ${about}.\n`)
    }
  }

  async #examine(patient: FoundPatient): Promise<Report> {
    const { wishes, parts } = this.#parts
    const { clock } = parts
    const exam = new Exam(patient, wishes.times, { clock, timeoutMs: wishes.timeoutMs })
    const measuredAt = new Date(clock.wallMs()).toISOString()
    const { place, deployment } = patient
    const dataDirectory = this.#parts.options.dataDir ?? '.sallyport'
    const earlier = earlierFinding(dataDirectory, { name: deployment.name, place }, 'model')
    const findings = (await examine(exam, wishes.checks)).map((found) => sinceThen(found, earlier))
    const { calls, inputTokens, outputTokens } = exam
    const { dialect } = patient.deployment
    return { name: nameOf(patient), dialect, measuredAt, calls, inputTokens, outputTokens, findings }
  }

  /** A deployment that did not answer has nothing to be written down of it. */
  #write(patients: readonly FoundPatient[], reports: readonly Report[]): void {
    const { port, options } = this.#parts
    const measured = patients.flatMap(({ deployment, place }, index): MeasuredDeployment[] => {
      const report = reports[index]
      if (report === undefined || place === '' || report.findings[0]?.verdict === 'fails') return []
      const { measuredAt, findings } = report
      return [{ name: deployment.name, place, measuredAt, findings }]
    })
    if (measured.length === 0) {
      port.printError('Nothing is written down.\n')
      return
    }
    const path = writeMeasured(options.dataDir ?? '.sallyport', measured)
    port.printError(`Written to ${path}; a gateway on this data directory goes by it from now on.\n`)
  }
}

/** The address stands for a provider that has no name. */
function nameOf({ deployment, place }: FoundPatient): string {
  return deployment.provider === 'url' ? `${deployment.providerModel} at ${place}` : deployment.name
}
