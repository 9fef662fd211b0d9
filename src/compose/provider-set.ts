// The providers of one config generation: those that are declared, those whose keys lie in the environment, and the
// local servers that were found. Each is prepared once; a deployment of it is then a few fields.
import { abilities } from '../core/capabilities.ts'
import type { Capabilities } from '../core/capabilities.ts'
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import { dialectNames } from '../core/model-request.ts'
import type { DialectName } from '../core/model-request.ts'
import type { Price, PriceSchedule } from '../core/price.ts'
import type { Residence } from '../core/residency.ts'
import type { Config } from '../config/schema.ts'
import type { Secrets } from '../config/check-secrets.ts'
import { compatibleType, demoType } from '../config/facts.ts'
import { modelAsJson } from '../dialects/openai-chat/read-request.ts'
import { baseUrlFor } from '../providers/base-url.ts'
import { capabilitiesOf } from '../providers/capabilities.ts'
import type { CapabilityOverrides } from '../providers/capabilities.ts'
import { catalogue, findProvider } from '../providers/catalogue.ts'
import { createDemoSender, demoModel, demoName } from '../providers/demo.ts'
import type { Spoken } from '../dialects/doors.ts'
import type { PriceBook } from '../ledger/prices/price-book.ts'
import type { MeasuredLookup } from './measured-capabilities.ts'
import type { Deployment, Sender } from '../providers/deployment.ts'
import type { Provider } from '../providers/provider.ts'
import { findPrice } from '../providers/model-facts/find-price.ts'
import { keyIsRefused } from '../providers/key-is-refused.ts'
import { quotaIsGone } from '../providers/quota-is-gone.ts'
import { keysOf } from '../core/provider-keys.ts'
import type { ProviderSettings } from '../providers/settings.ts'
import type { Connection } from '../providers/send.ts'
import { accountsAt, hidingSecrets, providerKeys } from './provider-keys.ts'
import type { Account, KeyedAccount, ProviderKey } from './provider-keys.ts'

/** How a provider came to be there. */
export type Origin = 'declared' | 'environment' | 'local' | 'demo'

/** What the config says of one deployment, besides what its provider makes of it. */
export interface DeploymentWishes extends Pick<
  Deployment,
  'timeoutMs' | 'onUnsupported' | 'priority' | 'weight' | 'tags' | 'costPerMillion' | 'quality' | 'prefill'
> {
  readonly capabilities: CapabilityOverrides
  /** The config's own word on what it costs. */
  readonly ownPrice: Price | undefined
}

/** Its health is kept elsewhere, because it outlives it; its life is written elsewhere. */
export type MadeDeployment = Omit<
  Deployment,
  'health' | 'life' | 'notice' | 'pinned' | 'keys' | 'siblings' | keyof Residence
> & {
  /** There where its provider has several keys. */
  readonly accounts?: readonly KeyedAccount[]
}

export interface ReadyProvider {
  readonly name: string
  readonly origin: Origin
  /** Undefined for the demo, which is nowhere. */
  readonly connection: Connection | undefined
  /** With its other keys, where it has several. */
  readonly otherConnections?: readonly Connection[]
  /** Models named in the config; undefined when the provider is to be asked. */
  readonly declaredModels: readonly string[] | undefined
  /** Where it is; its deployments may be elsewhere. */
  readonly residence: Residence
  /** Fingerprints of the place and each credential, as its deployments have them. */
  readonly accounts: readonly Account[]
  /** Whether it is asked between calls if it is there. */
  readonly heartbeat: 'on' | 'off' | 'auto'
  /** On this machine, or without a key: nobody else looks after it. */
  readonly isLocal: boolean
  deployment(providerModel: string, wanted: DeploymentWishes): MadeDeployment
}

/** What every provider is made with. */
export interface ProviderParts {
  readonly egress: EgressClient
  /** A name for an account at a provider, from which nothing of it can be had. */
  fingerprint(text: string): string
  /** What was measured of deployments goes before what is publicly known of their models. */
  readonly measured: MeasuredLookup
  readonly prices: Pick<PriceBook, 'schedule'>
}

export interface ProviderSetParts extends ProviderParts {
  readonly config: Config
  readonly secrets: Secrets
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
}

/** This machine, as configs name it. */
export const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1'])

/** The response headers of any provider that may reach a client, lower case. */
const generalPassHeaders = [
  'x-request-id',
  'openai-processing-ms',
  'openai-version',
  'x-ratelimit-limit-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
]

/** The providers that a config and an environment name, in that order. Local servers join later. */
export function configuredProviders(parts: ProviderSetParts): ReadyProvider[] {
  const { config, secrets, environment } = parts
  const ready: ReadyProvider[] = []
  for (const [name, settings] of config.providers) {
    const type = settings.type ?? name
    if (type === demoType) {
      ready.push({ ...demoProvider(parts, 'declared', name), residence: residenceOf(settings) })
      continue
    }
    const found = findProvider(type) ?? findProvider(compatibleType)
    if (found === undefined) continue
    const provider = settings.dialect === undefined ? found : speakingOnly(found, settings.dialect)
    const keys = providerKeys(settings, secrets)
    const baseUrl = baseUrlFor(provider, settings.base_url)
    ready.push({
      ...networkProvider(
        {
          name,
          origin: 'declared',
          provider,
          baseUrl,
          keys,
          models: settings.models,
          heartbeat: settings.heartbeat,
        },
        parts,
      ),
      residence: residenceOf(settings),
    })
  }
  if (config.discover) ready.push(...environmentProviders(parts, environment))
  return ready
}

/** Of a provider that nobody has declared, nobody has said where it is. */
const unknownResidence: Residence = { region: undefined, dataClass: undefined }

function residenceOf({ region, class: dataClass }: ProviderSettings): Residence {
  return { region, dataClass }
}

function environmentProviders(
  parts: ProviderSetParts,
  environment: Readonly<Record<string, string | undefined>>,
): ReadyProvider[] {
  const { config } = parts
  const ready: ReadyProvider[] = []
  for (const provider of catalogue) {
    const text = provider.keyVariable === undefined ? undefined : environment[provider.keyVariable]
    // A provider with an address for each account cannot be called before the config has it.
    if (provider.baseUrl === '') continue
    if (text === undefined || text === '' || config.providers.has(provider.name)) continue
    // A declared provider on the same key is the same account: its bare names must not become ambiguous.
    const isDeclared = [...config.providers.values()].some((settings) =>
      keysOf(settings).some(({ secret }) => secret === `env:${provider.keyVariable}`),
    )
    const models = isDeclared ? [] : undefined
    const keys = [{ reveal: () => text, name: `env:${provider.keyVariable}`, weight: 1 }]
    const { name, baseUrl } = provider
    const facts = { name, origin: 'environment', provider, baseUrl, keys, models } as const
    ready.push(networkProvider(facts, parts))
  }
  return ready
}

export interface NetworkProviderFacts {
  readonly name: string
  readonly origin: Origin
  readonly provider: Provider
  readonly baseUrl: string
  /** None for a server that wants none. */
  readonly keys: readonly ProviderKey[]
  readonly models: readonly string[] | undefined
  /** `auto` where nobody said otherwise. */
  readonly heartbeat?: ReadyProvider['heartbeat']
}

/** Prepares a provider that is reached over the network. */
export function networkProvider(facts: NetworkProviderFacts, parts: ProviderParts): ReadyProvider {
  const { name, origin, provider, models, heartbeat = 'auto' } = facts
  const accounts = accountsAt(facts, parts)
  const [{ connection, sender, account: firstAccount }, ...others] = accounts
  const { credential } = connection
  const speaks = spokenBy(provider)
  const place = placeOf(connection)
  const redact = hidingSecrets(accounts)
  const passHeaders = [...generalPassHeaders, ...(provider.quirks.passHeaders ?? [])]
  return {
    name,
    origin,
    connection,
    ...(others.length > 0 && { otherConnections: others.map((other) => other.connection) }),
    declaredModels: models,
    residence: unknownResidence,
    accounts,
    heartbeat,
    isLocal: credential === '' || loopbackNames.has(connection.destination.hostname),
    deployment: (providerModel, { capabilities: overrides, ownPrice, ...wanted }) => {
      const measured = parts.measured({ name: `${name}/${providerModel}`, place })
      const known = measured === undefined ? overrides : { ...measured.abilities, ...overrides }
      const capabilities = capabilitiesOf(provider, providerModel, known)
      return {
        ...named(name, providerModel, sender),
        ...wanted,
        speaks,
        dialect: provider.dialect,
        capabilities,
        ...(measured !== undefined && { measuredAt: measured.measuredAt }),
        wishes: wishesOf(provider, capabilities),
        price: priceOf({ provider, providerModel, ownPrice }, parts.prices),
        passHeaders,
        demo: false,
        ...(accounts.length === 1 ? { credential: firstAccount } : { credential: '', accounts }),
        keepsResponses: provider.quirks.keepsResponses === true,
        asksForUsage: provider.quirks.streamUsage === 'ask',
        drops: provider.quirks.drops ?? [],
        quotaIsGone: (answer) => quotaIsGone(provider.quirks, answer),
        keyIsRefused: (answer) => keyIsRefused(provider.quirks, answer),
        redact,
      }
    },
  }
}

/** The config's price takes the place of what is publicly known. */
function priceOf(
  { provider, providerModel, ownPrice }: Pricing,
  prices: Pick<PriceBook, 'schedule'>,
): PriceSchedule | undefined {
  if (ownPrice !== undefined) return ownSchedule(ownPrice, prices)
  const { factsName } = provider
  const known = factsName === undefined ? undefined : findPrice(factsName, providerModel)
  return known === undefined ? undefined : prices.schedule(known, 'public')
}

function ownSchedule(price: Price, prices: Pick<PriceBook, 'schedule'>): PriceSchedule {
  return prices.schedule([{ fromMs: -Infinity, price }], 'config')
}

interface Pricing {
  readonly provider: Provider
  readonly providerModel: string
  readonly ownPrice: Price | undefined
}

/** Where a provider is, as one text. */
export function placeOf({ destination, basePath }: Connection): string {
  return `${destination.origin}${basePath}`
}

/** The stand-in for when there is no other, or a declared one. It costs what the config says, so that budgets can be tried. */
export function demoProvider(
  { clock, prices }: Pick<ProviderSetParts, 'clock' | 'prices'>,
  origin: Origin,
  name: string = demoName,
): ReadyProvider {
  const sender = createDemoSender(clock)
  return {
    name,
    origin,
    connection: undefined,
    declaredModels: [demoModel],
    residence: unknownResidence,
    accounts: [],
    heartbeat: 'off',
    isLocal: true,
    deployment: (providerModel, { ownPrice, ...wanted }) => ({
      ...named(name, providerModel, sender),
      ...wanted,
      price: ownPrice && ownSchedule(ownPrice, prices),
      speaks: new Set<Spoken>(['openai-chat']),
      dialect: 'openai-chat',
      capabilities: capabilitiesOf(echo, providerModel, wanted.capabilities),
      wishes: { maxTokensDefault, jsonSchema: true },
      passHeaders: [],
      demo: true,
      credential: '',
      keepsResponses: false,
      asksForUsage: false,
      drops: [],
      quotaIsGone: () => false,
      keyIsRefused: () => false,
      redact: (text) => text,
    }),
  }
}

/** The demo as the table of capabilities sees it: it reads everything and heeds nothing. */
const echo: Pick<Provider, 'dialect' | 'paths' | 'quirks'> = {
  dialect: 'openai-chat',
  paths: { answers: { 'openai-chat': '' } },
  quirks: { streamUsage: 'always', lacks: abilities },
}

function named(
  provider: string,
  providerModel: string,
  sender: Sender,
): Pick<Deployment, 'name' | 'provider' | 'providerModel' | 'modelJson' | 'sender'> {
  return {
    name: `${provider}/${providerModel}`,
    provider,
    providerModel,
    modelJson: modelAsJson(providerModel),
    sender,
  }
}

function speakingOnly(provider: Provider, dialect: DialectName): Provider {
  const answers = { [dialect]: provider.paths.answers[dialect] }
  return { ...provider, dialect, paths: { ...provider.paths, answers } }
}

function spokenBy({ dialect, paths }: Provider): ReadonlySet<Spoken> {
  const spoken = new Set<Spoken>()
  for (const name of dialectNames) if (paths.answers[name] !== undefined) spoken.add(name)
  if (paths.embeddings !== undefined) spoken.add('embeddings')
  if (paths.countTokens !== undefined && (dialect === 'anthropic-messages' || dialect === 'gemini')) {
    spoken.add(`${dialect}/count`)
  }
  return spoken
}

/** Tokens to ask for where a dialect demands a number and the client gave none: what every model of today can write. */
const maxTokensDefault = 4096

function wishesOf(
  { quirks }: Provider,
  { jsonSchema, outputTokens, thinking }: Capabilities,
): Deployment['wishes'] {
  return {
    maxTokensDefault: Math.min(maxTokensDefault, outputTokens ?? maxTokensDefault),
    jsonSchema,
    ...(thinking === undefined ? {} : { thinking }),
    ...(quirks.maxTokensName === undefined ? {} : { maxTokensName: quirks.maxTokensName }),
  }
}
