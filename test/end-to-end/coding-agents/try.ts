// Tries an installed coding agent through `sallyport run`, against the simulated provider in each of its wire formats: the
// agent must do what the model's calls say, send back what came of them, and print the model's last words. A program for
// people and not a test, since the agents are too large to be dependencies:
//   bun test/end-to-end/coding-agents/try.ts PATH-OF-AGENT [FORMAT …]
import { agentOf } from './agents.ts'
import type { AgentTask } from './agents.ts'
import { formats, runTrial, versionOf } from './trial.ts'
import type { Format, Outcome } from './trial.ts'

const [path = '', ...wanted] = process.argv.slice(2)
const agent = agentOf(path)
if (agent === undefined || wanted.some((name) => !formats.some((format) => format === name))) {
  process.stderr.write(
    `usage: bun test/end-to-end/coding-agents/try.ts PATH-OF-AGENT [${formats.join(' ')}]\n`,
  )
  process.exitCode = 2
} else {
  say(`${agent.program}: ${await versionOf(path)}`)
  const chosen = formats.filter((format) => wanted.length === 0 || wanted.includes(format))
  for (const format of chosen)
    for (const task of agent.tasks) report(format, task, await runTrial({ agent, path, format, task }))
}

function report(format: Format, task: AgentTask, { ran, bill, problems }: Outcome): void {
  say(`\n── ${format}, ${task.name}: ${problems.length === 0 ? 'ok' : 'FAILED'} ──`)
  say(`$ sallyport run -- ${ran.command}\n${ran.out.trim()}\n${ran.error.trim()}`)
  for (const { endpoint, model, status, finish, inputTokens, outputTokens } of bill)
    say(`provider: ${endpoint} ${model} ${status} ${finish}, ${inputTokens} + ${outputTokens} tokens`)
  for (const problem of problems) say(`problem: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
