// `npm run bench`: measures Sallyport beside nginx, a peer and no gateway at all, prints the ratios and says by its
// exit code whether they hold. Only processes that were started here are ever stopped.
import { availableParallelism } from 'node:os'
import { failureText } from '../src/core/failure-text.ts'
import { helpText, readOptions } from './options.ts'
import type { Options } from './options.ts'
import { killAllChildren, loadCore, stopAllChildren } from './measure/children.ts'
import { entrantsOf, runMeasurements } from './measure/measurement.ts'
import { removeFolders } from './measure/rig.ts'
import { doubts } from './report/doubts.ts'
import { isGood, judge } from './report/judge.ts'
import { describeMachine } from './report/machine.ts'
import { subjectTable, verdictTable } from './report/markdown.ts'
import { writeResults } from './report/results-file.ts'
import { direct } from './subjects/direct.ts'
import { nginx, nginxConfig } from './subjects/nginx.ts'
import { installPeers, portkey } from './subjects/portkey.ts'
import { buildSallyport, defaultSallyportCommand, sallyport } from './subjects/sallyport.ts'
import type { Subject, SubjectName } from './subjects/subject.ts'

const giveUpAfterMinutes = 12

const say = (line: string) => console.error(line)

process.on('exit', () => {
  killAllChildren()
  removeFolders()
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void breakOff(`stopped by ${signal}`, 130))
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(helpText)
  else process.exitCode = await bench(options)
} catch (failure) {
  say(`bench: ${failureText(failure)}`)
  process.exitCode = 1
}
await stopAllChildren()
process.exit()

async function bench(options: Options): Promise<number> {
  requireTools()
  const entrants = entrantsOf(options.measurements)
  const wanted = (name: SubjectName) => entrants.has(name) && !options.without.includes(name)
  if (wanted('portkey')) await installPeers(say)
  if (wanted('sallyport') && options.sallyportCommand === undefined) await buildSallyport()
  pinThisProcess()
  setTimeout(
    () => void breakOff(`measuring took longer than ${giveUpAfterMinutes} minutes`, 1),
    giveUpAfterMinutes * 60_000,
  ).unref()

  const startedAt = new Date()
  const all: readonly Subject[] = [
    direct,
    nginx,
    portkey,
    sallyport(options.sallyportCommand ?? defaultSallyportCommand),
  ]
  const subjects = all.filter((subject) => wanted(subject.name))
  const outcome = await runMeasurements(options.measurements, subjects, { ...options.effort, say })
  const verdicts = judge(outcome.figures, options.measurements, outcome.failures)
  const good = isGood(verdicts)
  const machine = describeMachine()
  const config = nginxConfig({ port: 8080, providerPort: 8081, purpose: 'streams' })

  console.log(
    `\n## Benchmark of ${startedAt.toISOString().slice(0, 10)}, medians of ${options.effort.rounds} rounds\n`,
  )
  console.log(
    `${machine.cpu}, ${machine.cores} cores; Bun ${machine.bun}, Node ${machine.node}, ${machine.nginx}\n`,
  )
  console.log(`${verdictTable(verdicts)}\n\n${subjectTable(outcome.figures)}\n`)
  for (const [name, failure] of Object.entries(outcome.failures)) console.log(`- ${name} failed: ${failure}`)
  for (const doubt of doubts(outcome.figures)) console.log(`- ${doubt}`)
  if (wanted('nginx'))
    console.log(`\nnginx ran with (for whole answers with proxy_buffering on):\n\n${config}`)
  const file = writeResults({
    startedAt,
    machine,
    effort: options.effort,
    outcome,
    verdicts,
    nginxConfig: config,
    good,
  })
  console.log(`Every figure: ${file}`)
  console.log(
    good ? 'All bounds that were measured hold.' : 'NOT GOOD: a bound was missed, or nothing was judged.',
  )
  return good ? 0 : 1
}

/** What has to be on the machine, with the words that put it there. */
function requireTools(): void {
  if (process.platform !== 'linux')
    throw new Error('the benchmark reads CPU time from /proc and needs Linux.')
  if (availableParallelism() < 2)
    throw new Error('two cores are needed: one for the gateway, one for the load.')
  const missing = ['nginx', 'wrk', 'taskset', 'node'].filter(
    (tool) => Bun.which(tool, { PATH: toolPath() }) === null,
  )
  if (missing.length > 0) {
    throw new Error(
      `missing: ${missing.join(', ')}. On Debian: apt-get install nginx-light wrk util-linux nodejs`,
    )
  }
}

/** nginx is installed where only root's PATH looks. */
function toolPath(): string {
  return `${process.env['PATH'] ?? ''}:/usr/sbin`
}

/** The harness itself stays off the gateway's core, with all its threads. */
function pinThisProcess(): void {
  Bun.spawnSync(['taskset', '-acp', String(loadCore), String(process.pid)])
}

async function breakOff(reason: string, code: number): Promise<void> {
  say(`bench: ${reason}; stopping what was started`)
  await stopAllChildren()
  process.exit(code)
}
