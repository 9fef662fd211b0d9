// Tries an installed coding agent through `sallyport run`, against the simulated provider in each of its wire formats: the
// agent must run a command that the model asks for, send back what came out, and print the model's last words. A program
// for people, since the agents are too large to be dependencies:
//   bun test/end-to-end/coding-agents/try.ts PATH-OF-CLAUDE-OR-CODEX [name of a format …]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorKey, startSimulator } from '../../simulator/start-simulator.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { agentOf } from './agents.ts'
import type { CodingAgent } from './agents.ts'

const main = new URL('../../../src/main.ts', import.meta.url).pathname
const lineOfTool = 'a line from the tool'
const lastWords = 'The line is written.'
const fileOfTool = 'written-by-the-agent.txt'
const runMs = 60_000

/** Provider types by the format that the provider is spoken to in. */
const providers = {
  messages: (url: string) => `{ type: anthropic, base_url: "${url}/v1", api_key: env:SIM_KEY`,
  chat: (url: string) => `{ type: openai-compatible, base_url: "${url}/v1", api_key: env:SIM_KEY`,
  responses: (url: string) =>
    `{ type: openai, dialect: openai-responses, base_url: "${url}/v1", api_key: env:SIM_KEY`,
  gemini: (url: string) => `{ type: gemini, base_url: "${url}/v1beta", api_key: env:SIM_KEY`,
  ollama: (url: string) => `{ type: ollama, base_url: "${url}"`,
} as const
type Format = keyof typeof providers

interface Trial {
  readonly agent: CodingAgent
  readonly path: string
  readonly format: Format
  readonly simulator: Simulator
  readonly folder: string
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

const [path = '', ...wanted] = process.argv.slice(2)
const agent = agentOf(path)
if (agent === undefined) {
  console.error('usage: bun test/end-to-end/coding-agents/try.ts PATH-OF-CLAUDE-OR-CODEX [FORMAT …]')
  process.exitCode = 2
} else {
  console.log(`${agent.program}: ${await versionOf(path)}`)
  for (const format of Object.keys(providers) as Format[])
    if (wanted.length === 0 || wanted.includes(format)) await tryFormat(agent, format)
}

async function versionOf(program: string): Promise<string> {
  const child = Bun.spawn([program, '--version'], { stdout: 'pipe', stderr: 'ignore' })
  return (await new Response(child.stdout).text()).trim()
}

async function tryFormat(tried: CodingAgent, format: Format): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-agent-'))
  const simulator = await startSimulator({ models: tried.models })
  try {
    const trial = { agent: tried, path, format, simulator, folder }
    const ran = await runAgent(trial)
    const problems = problemsOf(trial, ran)
    console.log(`\n── ${tried.program} → ${format}: ${problems.length === 0 ? 'ok' : 'FAILED'} ──`)
    console.log(`${ran.out.trim()}\n${ran.error.trim()}`)
    for (const entry of simulator.bill) {
      const { endpoint, model, status, inputTokens, outputTokens, finish } = entry
      console.log(
        `  provider: ${endpoint} ${model} ${status} ${finish}, ${inputTokens} + ${outputTokens} tokens`,
      )
    }
    for (const problem of problems) console.log(`  problem: ${problem}`)
    if (problems.length > 0) process.exitCode = 1
  } finally {
    await simulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runAgent({ agent: tried, path: program, format, simulator, folder }: Trial): Promise<Ran> {
  const command = `echo '${lineOfTool}' | tee ${fileOfTool}`
  const toolCalls = tried.calls(command)
  simulator.setDefault({ answer: { toolCalls, toolCallsOnce: true, text: lastWords } })
  const home = join(folder, 'home')
  mkdirSync(home)
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `discover: off\nserver: { port: 9, drain_delay: 0s }\nproviders:\n  sim: ${providers[format](simulator.baseUrl)}, models: [${tried.models.join(', ')}] }\n`,
  )
  const [model = ''] = tried.models
  const words = tried.words('Write the line.', model)
  const log = process.env['AGENT_LOG'] === undefined ? [] : ['--log', process.env['AGENT_LOG']]
  const child = Bun.spawn([process.execPath, '--no-env-file', main, 'run', ...log, '--', program, ...words], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      SIM_KEY: simulatorKey,
      ...tried.environment(home),
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: runMs,
  })
  const [out, error] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, out, error }
}

/** What did not happen, in sentences. */
function problemsOf({ simulator, folder }: Trial, ran: Ran): readonly string[] {
  const checks: readonly (readonly [boolean, string])[] = [
    [ran.code === 0, `the exit code is ${ran.code}`],
    [written(folder) === `${lineOfTool}\n`, 'the command was not run'],
    [ran.out.includes(lastWords), 'the last words were not printed'],
    [resultWasSent(simulator), 'the result of the tool was not sent to the provider'],
    [simulator.bill.every((entry) => entry.status === 200), 'the provider refused a call'],
    [/made \d+ calls in .*\n\s+MODEL/u.test(ran.error), 'run did not say what was used'],
  ]
  return checks.filter(([isGood]) => !isGood).map(([, problem]) => problem)
}

function written(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, fileOfTool), 'utf8')
  } catch {
    return undefined
  }
}

/** The call holds the line too, so it must be there twice. */
function resultWasSent(simulator: Simulator): boolean {
  const bodies = simulator.requests.map((request) => Buffer.from(request.body).toString())
  return bodies.some((body) => body.split(lineOfTool).length > 2)
}
