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
  console.error(`usage: bun test/end-to-end/coding-agents/try.ts PATH-OF-AGENT [${formats.join(' ')}]`)
  process.exitCode = 2
} else {
  console.log(`${agent.program}: ${await versionOf(path)}`)
  const chosen = formats.filter((format) => wanted.length === 0 || wanted.includes(format))
  for (const format of chosen)
    for (const task of agent.tasks) report(format, task, await runTrial({ agent, path, format, task }))
}

function report(format: Format, task: AgentTask, { ran, bill, problems }: Outcome): void {
  console.log(`\n── ${format}, ${task.name}: ${problems.length === 0 ? 'ok' : 'FAILED'} ──`)
  console.log(`$ sallyport run -- ${ran.command}\n${ran.out.trim()}\n${ran.error.trim()}`)
  for (const { endpoint, model, status, finish, inputTokens, outputTokens } of bill)
    console.log(`provider: ${endpoint} ${model} ${status} ${finish}, ${inputTokens} + ${outputTokens} tokens`)
  for (const problem of problems) console.log(`problem: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}
