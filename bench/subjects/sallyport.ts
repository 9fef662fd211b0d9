// Sallyport as scripts/sallyport runs it for `npm start`: the bundle that set-up builds, on the pinned Bun, with its caller checked, its
// usage recorded in the spool and its log written. Nothing is switched off for the benchmark.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchModel } from '../load/wire.ts'
import { gatewayCore, rememberChild, startChild } from '../measure/children.ts'
import { processTree } from '../measure/process-cost.ts'
import { chatPath } from './subject.ts'
import type { Subject, SubjectPlace } from './subject.ts'

const projectFolder = join(import.meta.dirname, '..', '..')

/** How `npm start` runs Sallyport once it is built; the words in braces are filled in. */
export const defaultSallyportCommand: string = [
  join(projectFolder, 'node_modules/bun/bin/bun.exe'),
  '--no-env-file',
  join(projectFolder, '.build/current/main.js'),
  'start --config {config} --data-dir {data} --port {port} --log-format json',
].join(' ')

/** The key that the benchmark's calls carry. */
export const callerKey = 'sallyport-bench-key-0123456789abcdef0123456789abcdef'

/** Sallyport, run by a command with the places {config}, {data} and {port}. */
export function sallyport(command: string): Subject {
  return {
    name: 'sallyport',
    start(place) {
      const configFile = join(place.folder, 'sallyport.yaml')
      writeFileSync(configFile, sallyportConfig(place))
      const child = startChild({
        command: filledIn(command, {
          config: configFile,
          data: join(place.folder, 'data'),
          port: String(place.port),
        }),
        cores: place.cores ?? `${gatewayCore}`,
        env: {
          // As the start script sets them.
          BUN_CONFIG_MAX_HTTP_REQUESTS: '65535',
          BUN_JSC_heapGrowthFunctionThresholdInMB: '1000000',
          MOCK_KEY: place.providerKey,
          SALLYPORT_BENCH_KEY: callerKey,
        },
        folder: place.folder,
        logFile: join(place.folder, 'sallyport.log'),
      })
      return {
        port: place.port,
        path: chatPath,
        model: isPriced(place) ? pricedModel : `mock/${benchModel}`,
        headers: { authorization: `Bearer ${callerKey}` },
        processes: () => processTree(child.pid),
        failure: () => (child.hasExited() ? `Sallyport ended:\n${child.lastWords()}` : undefined),
        stop: () => child.stop(),
      }
    },
  }
}

/** Builds the bundle if a source changed: the same step that `npm start` begins with. */
export async function buildSallyport(): Promise<void> {
  const setUp = Bun.spawn(['node', join(projectFolder, 'scripts/setup.mjs'), 'start'], {
    cwd: projectFolder,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  rememberChild(setUp)
  if ((await setUp.exited) !== 0) throw new Error('set-up failed: see above')
}

const pricedModel = 'priced'

function isPriced({ purpose }: SubjectPlace): boolean {
  return purpose === 'limited' || purpose === 'unlimited' || purpose === 'counted'
}

function sallyportConfig(place: SubjectPlace): string {
  const config = isPriced(place) ? pricedConfig(place) : plainConfig(place)
  const redis = `redis: ${place.redisUrl ?? 'off'}\n`
  if (place.purpose === 'counted') return config + usualLimits + redis
  return place.purpose === 'limited' ? config + limitsOfEveryKind : config
}

function pricedConfig(place: SubjectPlace): string {
  const limits = place.purpose === 'limited' ? `, limits: { requests: ${amount}/m, tokens: ${amount}/m }` : ''
  return `server: { port: ${place.port} }
discover: off
providers:
  mock: { type: openai-compatible, base_url: http://127.0.0.1:${place.providerPort}/v1, api_key: env:MOCK_KEY }
models:
  ${pricedModel}:
    deployments: [{ provider: mock, model: ${benchModel}, price: { input: 3, output: 15 }${limits} }]
teams: { bench: { tenant: bench } }
keys:
  - { name: bench, secret: env:SALLYPORT_BENCH_KEY, user: bench, team: bench, tags: [bench] }
`
}

/** More than anybody will use: what is measured is what counting costs. */
const amount = '2000M'
const everyLimit = `{ requests: ${amount}/m, tokens: ${amount}/m, concurrency: 1000000 }`
const largeBudget = '[{ dollars: 9000000, per: month }]'

const limitsOfEveryKind = `limits:
  addresses: ${everyLimit}
  keys: { bench: ${everyLimit} }
  users: { bench: ${everyLimit} }
  teams: { bench: ${everyLimit} }
  tenants: { bench: ${everyLimit} }
  models: { ${pricedModel}: ${everyLimit} }
budgets:
  keys: { bench: ${largeBudget} }
  teams: { bench: ${largeBudget} }
  tags: { bench: ${largeBudget} }
`

const usualLimits = `limits:
  keys: { bench: ${everyLimit} }
  teams: { bench: { requests: ${amount}/m } }
budgets:
  keys: { bench: ${largeBudget} }
  teams: { bench: ${largeBudget} }
`

function plainConfig(place: SubjectPlace): string {
  return `server: { port: ${place.port}, workers: ${place.workers ?? 1}, drain_delay: 0s }
discover: off
providers:
  mock: { type: openai-compatible, base_url: http://127.0.0.1:${place.providerPort}/v1, api_key: env:MOCK_KEY }
keys:
  - { name: bench, secret: env:SALLYPORT_BENCH_KEY }
`
}

function filledIn(command: string, places: Readonly<Record<string, string>>): readonly string[] {
  return command
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.replace(/\{(\w+)\}/g, (whole, name: string) => places[name] ?? whole))
}
