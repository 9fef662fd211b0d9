// One try: a provider that speaks one format, a config, a home and a folder of its own, and what came of it. It ends by
// itself, and leaves nothing behind.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BillEntry } from '../../simulator/bill.ts'
import { simulatorKey, startSimulator } from '../../simulator/start-simulator.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import type { AgentTask, CodingAgent, Work } from './agents.ts'
import { bodyText } from '../../simulator/last-request.ts'
import { providerConfig } from '../five-dialects.ts'

/** What the provider speaks. */
const dialects = {
  messages: 'anthropic-messages',
  responses: 'openai-responses',
  chat: 'openai-chat',
  gemini: 'gemini',
  ollama: 'ollama',
} as const
export type Format = keyof typeof dialects
export const formats = Object.keys(dialects) as readonly Format[]

interface Trial {
  readonly agent: CodingAgent
  /** Of its program. */
  readonly path: string
  readonly format: Format
  readonly task: AgentTask
}

export interface Outcome {
  readonly ran: Ran
  readonly bill: readonly BillEntry[]
  /** What did not happen, in sentences. */
  readonly problems: readonly string[]
}

interface Ran {
  readonly command: string
  readonly code: number
  readonly out: string
  readonly error: string
}

const main = new URL('../../../src/main.ts', import.meta.url).pathname
const lastWords = 'The line is written.'
const runMs = 60_000

export async function versionOf(path: string): Promise<string> {
  const child = Bun.spawn([path, '--version'], { stdout: 'pipe', stderr: 'ignore', timeout: runMs })
  return (await new Response(child.stdout).text()).trim()
}

export async function runTrial(trial: Trial): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-agent-'))
  await using simulator = await startSimulator({ models: trial.agent.models })
  try {
    const work = { folder, file: 'written-by-the-agent.txt', line: 'a line from the tool' }
    const toolCalls = trial.task.calls(work, trial.format === 'responses')
    simulator.setDefault({ answer: { toolCalls, toolCallsOnce: true, reasoningTokens: 4, text: lastWords } })
    const ran = await runAgent(trial, simulator, folder)
    return { ran, bill: simulator.bill, problems: problemsOf(work, ran, simulator) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runAgent({ agent, path, format }: Trial, simulator: Simulator, folder: string): Promise<Ran> {
  const home = join(folder, 'home')
  for (const [name, text] of Object.entries(agent.files ?? {})) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
  mkdirSync(home, { recursive: true })
  const provider = providerConfig(dialects[format], simulator.baseUrl, agent.models)
  const config = [
    'discover: off',
    // Nobody listens there, so the run has a gateway of its own.
    'server: { port: 9, drain_delay: 0s }',
    `providers: { sim: ${provider} }`,
    '',
  ].join('\n')
  writeFileSync(join(folder, 'sallyport.yaml'), config)
  const words = agent.words('Write the line.', agent.models[0] ?? '')
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    SIM_KEY: simulatorKey,
    ...agent.environment(home),
  }
  const child = Bun.spawn([process.execPath, '--no-env-file', main, 'run', '--', path, ...words], {
    cwd: folder,
    env: environment,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: runMs,
  })
  const [out, error] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { command: [agent.program, ...words].join(' '), code: await child.exited, out, error }
}

function problemsOf(work: Work, ran: Ran, simulator: Simulator): readonly string[] {
  const checks: readonly (readonly [boolean, string])[] = [
    [ran.code === 0, `the exit code is ${ran.code}`],
    [fileText(work) === `${work.line}\n`, 'the tool was not run'],
    [ran.out.includes(lastWords), 'the last words were not printed'],
    [isAnswered(simulator), 'the result of the tool was not sent to the provider'],
    [simulator.bill.every((entry) => entry.status === 200), 'the provider refused a call'],
    [/made \d+ calls? in .*\n +MODEL .*\n +sim\//u.test(ran.error), 'run did not say what was used'],
  ]
  return checks.filter(([isGood]) => !isGood).map(([, problem]) => problem)
}

function fileText({ folder, file }: Work): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    return undefined
  }
}

/** How the formats call a tool's result. */
const resultMarks = ['"tool_result"', 'call_output"', '"role":"tool"', '"functionResponse"']

function isAnswered(simulator: Simulator): boolean {
  const bodies = simulator.requests.map(bodyText)
  return bodies.some((body) => resultMarks.some((mark) => body.includes(mark)))
}
