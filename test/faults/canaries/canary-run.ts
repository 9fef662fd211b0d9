// One run of a gateway with canaries: everything on, each kind of call and of failure, an end in the middle of calls, and a
// start again on what is left. It tells what was found where.
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startIssuer } from '../../end-to-end/oidc-issuer.ts'
import { runCommand } from '../../end-to-end/run-command.ts'
import { simulatorKey, startSimulator } from '../../simulator/start-simulator.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { hurtBy } from '../hurtful.ts'
import { startReceiver } from '../../webhooks/receiver.ts'
import type { Receiver } from '../../webhooks/receiver.ts'
import { bytesCanary, canaryOf } from './canary.ts'
import type { Canary, CanaryKind } from './canary.ts'
import { Client } from './client.ts'
import { canaryConfig, spoiledConfig } from './config.ts'
import { fleetLines, openFleetStores } from './fleet-stores.ts'
import type { FleetStores } from './fleet-stores.ts'
import { newSeeds } from './seeds.ts'
import type { Seeds } from './seeds.ts'
import { commandsIn, filesIn, look, pagesAt, tablesIn } from './sinks.ts'
import type { Look } from './sinks.ts'
import { startWatched } from './watched-gateway.ts'
import type { WatchedGateway } from './watched-gateway.ts'

/** How a run is. */
export interface Story {
  readonly format: 'json' | 'text'
  readonly keepsBodies: boolean
  readonly end: 'SIGKILL' | 'SIGSEGV' | 'uncaught'
  /** Whether it keeps everything in stores of a fleet, encrypted. */
  readonly isOfFleet: boolean
  /** Each kind of call at each provider, or at one of them. */
  readonly isThorough: boolean
}

export interface Told {
  readonly looks: readonly Look[]
  readonly calls: number
}

/** Runs it. What it wrote is gone afterwards. */
export async function runStory(story: Story): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-canaries-'))
  await using simulator = await startSimulator({ keys: 'any', requestsMax: 100_000 })
  await using issuer = await startIssuer()
  await using receiver = await startReceiver()
  const own = newSeeds()
  await using stores = story.isOfFleet ? await openFleetStores(own.providerKey.text) : undefined
  try {
    const run = new CanaryRun(story, folder, {
      simulator,
      issuerUrl: issuer.url,
      receiver,
      stores,
      seeds: own,
    })
    return await run.tell(await issuer.sign({ scope: 'chat' }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Surroundings {
  readonly simulator: Simulator
  readonly issuerUrl: string
  readonly receiver: Receiver
  readonly stores: FleetStores | undefined
  readonly seeds: Seeds
}

/** Where what is kept on request may lie: in the database alone, and in its copy. */
const databaseFile = /^data\/sallyport\.db(-wal|-shm)?$|^copy\.db$/
const keptTables = /^(responses|held_ids|response_)/

/** What is encrypted can be read nowhere. */
function mayKeepIn({ isOfFleet, keepsBodies }: Story): readonly CanaryKind[] {
  if (isOfFleet) return []
  return keepsBodies ? ['kept', 'said'] : ['kept']
}

class CanaryRun {
  readonly #story: Story
  readonly #folder: string
  readonly #simulator: Simulator
  readonly #config: Parameters<typeof canaryConfig>[0]
  readonly #receiver: Receiver
  readonly #stores: FleetStores | undefined
  readonly #seeds: Seeds
  readonly #canaries: Canary[]
  readonly #looks: Look[] = []
  readonly #environment: Readonly<Record<string, string>>
  /** What a database may hold. */
  readonly #mayKeep: readonly CanaryKind[]

  constructor(story: Story, folder: string, surroundings: Surroundings) {
    const { simulator, issuerUrl, receiver, stores } = surroundings
    this.#story = story
    this.#folder = folder
    this.#simulator = simulator
    this.#receiver = receiver
    this.#stores = stores
    this.#seeds = surroundings.seeds
    this.#canaries = [...Object.values(this.#seeds), ...(stores?.canaries ?? [])]
    this.#config = {
      baseUrl: simulator.baseUrl,
      issuerUrl,
      keepsBodies: story.keepsBodies,
      hookUrl: receiver.url,
      stores: stores === undefined ? [] : fleetLines,
    }
    this.#mayKeep = mayKeepIn(story)
    this.#environment = {
      SIM_KEY: simulatorKey,
      PROVIDER_KEY: this.#seeds.providerKey.text,
      CLIENT_KEY: this.#seeds.clientKey.text,
      ROOT_KEY: this.#seeds.rootKey.text,
      LATER_KEY: this.#seeds.laterKey.text,
      HOOK_SECRET: this.#seeds.hookSecret.text,
      ...stores?.environment,
      // The runtime's own report of a crash is printed, and not sent to anybody.
      BUN_CRASH_REPORT_URL: '',
      ...(story.end === 'uncaught' && hurtBy('throw')),
    }
    mkdirSync(join(folder, 'secrets'))
    writeFileSync(join(folder, 'secrets', 'claude'), this.#seeds.fileKey.text)
    this.#configure(canaryConfig(this.#config))
  }

  async tell(token: string): Promise<Told> {
    const madeKey = (await this.#command('keys', 'create', '--name', 'made')).trim()
    this.#canaries.push(canaryOf('made key', 'secret', madeKey))
    this.#canaries.push(canaryOf('token', 'secret', token.slice(token.lastIndexOf('.') + 1)))
    this.#canaries.push(bytesCanary('pepper', 'pepper', readFileSync(join(this.#folder, 'data', 'pepper'))))
    const gateway = await this.#start()
    const client = new Client(gateway, { simulator: this.#simulator, seeds: this.#seeds, madeKey, token })
    await client.call(this.#story.isThorough)
    this.#canaries.push(canaryOf('key of the admin API', 'secret', await client.administer()))
    await this.#reload(gateway)
    await this.#pages(gateway, client)
    await client.leaveOpen()
    await this.#commands()
    await this.#end(gateway)
    client.close()
    this.#looks.push(look('answers to clients', client.heard(), { among: this.#secrets(), may: [] }))
    this.#lookAtProviders()
    this.#lookAtWebhooks()
    this.#lookAtFiles('after its end')
    const again = await this.#start()
    await again.end('SIGTERM')
    this.#looks.push(look('printed at the second start', again.printed(), { among: this.#canaries }))
    this.#lookAtFiles('after the second end')
    await this.#lookAtTables()
    return { looks: this.#looks, calls: client.calls }
  }

  #secrets(): readonly Canary[] {
    return this.#canaries.filter(({ kind }) => kind === 'secret' || kind === 'pepper')
  }

  #configure(text: string): void {
    writeFileSync(join(this.#folder, 'sallyport.yaml'), text)
  }

  async #start(): Promise<WatchedGateway> {
    return await startWatched({
      folder: this.#folder,
      format: this.#story.format,
      environment: this.#environment,
    })
  }

  async #command(...words: string[]): Promise<string> {
    const { code, out, error } = await runCommand(
      this.#folder,
      [...words, '--data-dir', 'data'],
      this.#environment,
    )
    if (code !== 0) throw new Error(error)
    return out
  }

  /** A config with a slip in it, which is refused, and one that is taken over. */
  async #reload(gateway: WatchedGateway): Promise<void> {
    this.#configure(spoiledConfig(this.#config, this.#seeds.slipKey.text))
    await gateway.reload(/config_refused/)
    const checked = await runCommand(this.#folder, ['check'], this.#environment)
    this.#looks.push(
      look('command check, of a config with a slip', checked.out + checked.error, { among: this.#canaries }),
    )
    this.#configure(`${canaryConfig(this.#config)}  - { name: later, secret: env:LATER_KEY }\n`)
    await gateway.reload(/config_reloaded/)
  }

  async #pages({ url, adminUrl, pid }: WatchedGateway, client: Client): Promise<void> {
    const ofOperators = [
      'metrics',
      'ready',
      'openapi.json',
      'admin/v1/deployments?limit=1000',
      'admin/v1/audit?limit=1000',
      'admin/v1/keys?limit=1000',
      'admin/v1/bodies',
      'admin/v1/webhooks/endpoints',
      'admin/v1/webhooks/deliveries',
      ...client.callIds.map((id) => `admin/v1/calls/${id}/trace`),
    ]
    const ofClients = ['v1/models', 'v1beta/models', ...client.callIds.map((id) => `v1/calls/${id}`)]
    const among = this.#canaries
    const { rootKey, clientKey } = this.#seeds
    this.#looks.push(
      ...(await pagesAt(
        ofOperators.map((path) => `${adminUrl}/${path}`),
        rootKey.text,
        among,
      )),
      ...(await pagesAt(
        ofClients.map((path) => `${url}/${path}`),
        clientKey.text,
        among,
      )),
      look('words of the process', readFileSync(`/proc/${pid}/cmdline`), { among }),
    )
  }

  async #commands(): Promise<void> {
    const request = { model: 'chat/m', messages: [{ role: 'user', content: this.#seeds.prompt.text }] }
    writeFileSync(join(this.#folder, 'secrets', 'request.json'), JSON.stringify(request))
    const data = ['--data-dir', 'data']
    const commands = [
      ['check'],
      ['models', ...data],
      ['keys', 'list', ...data],
      ['audit', 'list', ...data],
      ['audit', 'verify', ...data],
      ['bodies', 'list', ...data],
      ['explain', 'secrets/request.json', '--key', 'client', ...data],
      ['explain', 'secrets/request.json', '--key', 'made', '--json', ...data],
      ['backup', 'copy.db', ...data],
    ]
    // Each is a process; a short run asks once for what does not depend on bodies.
    const { isThorough, keepsBodies } = this.#story
    const isShort = keepsBodies && !isThorough
    const wanted = isShort ? commands.filter(([name = '']) => /^(bodies|backup)$/.test(name)) : commands
    const looking = { environment: this.#environment, among: this.#canaries }
    this.#looks.push(...(await commandsIn(this.#folder, wanted, looking)))
  }

  async #end(gateway: WatchedGateway): Promise<void> {
    await gateway.end(this.#story.end === 'uncaught' ? 'SIGUSR2' : this.#story.end)
    this.#looks.push(look('printed', gateway.printed(), { among: this.#canaries }))
  }

  /** Keys of clients are nothing that a provider should see. */
  #lookAtProviders(): void {
    const { providerKey, fileKey } = this.#seeds
    const among = this.#secrets().filter((canary) => canary !== providerKey && canary !== fileKey)
    for (const { path, headers, body } of this.#simulator.requests) {
      const sent = `${path}\n${JSON.stringify(headers)}\n${Buffer.from(body).toString()}`
      this.#looks.push(look('what providers are sent', sent, { among }))
    }
  }

  #lookAtFiles(when: string): void {
    const looks = filesIn(this.#folder, this.#canaries, (name) => {
      if (name.startsWith('secrets/')) return 'skip'
      if (/^data\/(pepper|keys-of-fleet\.json)/.test(name)) return ['pepper']
      if (name === 'copy.db') return [...this.#mayKeep, 'pepper']
      return databaseFile.test(name) ? this.#mayKeep : []
    })
    this.#looks.push(...looks.map((each) => ({ ...each, sink: `file ${each.sink}, ${when}` })))
  }

  /** Whoever is told of events has nothing to do with the rest. */
  #lookAtWebhooks(): void {
    const { received } = this.#receiver
    if (received.length === 0) throw new Error('no webhook was sent')
    for (const { headers, body } of received) {
      const sent = `${JSON.stringify(headers)}\n${body}`
      this.#looks.push(look('what webhooks are sent', sent, { among: this.#canaries }))
    }
  }

  async #lookAtTables(): Promise<void> {
    if (this.#stores !== undefined) {
      this.#looks.push(...(await this.#stores.looks(this.#canaries)))
      return
    }
    const mayHold = (table: string): readonly CanaryKind[] => {
      if (table === 'bodies') return this.#mayKeep
      return keptTables.test(table) ? ['kept'] : []
    }
    this.#looks.push(...tablesIn(join(this.#folder, 'data', 'sallyport.db'), this.#canaries, mayHold))
  }
}
