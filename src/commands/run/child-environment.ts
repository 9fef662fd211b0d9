// The environment of a command that runs behind the gateway: what SDKs read leads to the gateway, and no key of a
// provider is in it, under whatever name and wherever the config has it from, nor what opens the places where those keys
// are. The gateway alone keeps them.
import { databasePlace } from '../../compose/database-place.ts'
import { fleetAddress } from '../../compose/load-fleet.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import type { SecretReference } from '../../core/secret.ts'
import { catalogue } from '../../providers/catalogue.ts'
import type { StoreName } from '../../secrets/ports.ts'
import type { AgentChange, AgentPlace } from './agents.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Ways around the gateway: other clouds, other accounts. */
const ways: ReadonlySet<string> = new Set([
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_VERTEX',
  'CODEX_API_KEY',
  'GOOGLE_GENAI_USE_GCA',
  'GOOGLE_GENAI_USE_VERTEXAI',
  'GOOGLE_GENERATIVE_AI_API_KEY',
  'OPENAI_ADMIN_KEY',
  'OPENAI_ORGANIZATION',
  'OPENAI_ORG_ID',
  'OPENAI_PROJECT_ID',
])
/** For the gateway's own runtime: a program that was made with another version of it would not start. */
const runtimeVariable = 'BUN_JSC_heapGrowthFunctionThresholdInMB'
/** Shorter values are words such as `none`, which other variables hold too. */
const secretCharactersMin = 8

/** What is the gateway's own business. */
export interface GatewaySecrets {
  /** Variables that hold a secret. */
  readonly names: ReadonlySet<string>
  /** The same, but what is in them is often a word that others hold too: only these themselves are taken away. */
  readonly wordNames: ReadonlySet<string>
  /** Secrets, wherever they were read. */
  readonly values: ReadonlySet<string>
}

export interface EnvironmentParts {
  readonly environment: Environment
  readonly place: AgentPlace
  readonly secrets: GatewaySecrets
  readonly change: AgentChange
}

/** The variables for the command. */
export function childEnvironment(parts: EnvironmentParts): Readonly<Record<string, string>> {
  const { environment, place, change } = parts
  return Object.fromEntries(
    Object.entries({
      ...withoutSecrets(parts),
      ...leading(place),
      ...change.set,
      ...aroundProxy(environment, place.url),
    }).filter(([name]) => !change.unset.includes(name)),
  )
}

function withoutSecrets({ environment, secrets }: EnvironmentParts): Record<string, string> {
  const isTelling = (name: string): boolean => secrets.names.has(name) || ways.has(name)
  const isSecret = (name: string): boolean => isTelling(name) || secrets.wordNames.has(name)
  const named = Object.entries(environment).flatMap(([name, value = '']) => (isTelling(name) ? [value] : []))
  const values = new Set(
    [...named, ...secrets.values]
      .map((value) => value.trim())
      .filter((value) => value.length >= secretCharactersMin),
  )
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || isSecret(name) || values.has(value.trim()) || name === runtimeVariable
        ? []
        : [[name, value]],
    ),
  )
}

/** What the SDKs of the common dialects read. Anthropic's and Google's add the version to the address themselves. */
function leading({ url, secret }: AgentPlace): Readonly<Record<string, string>> {
  return {
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_BASE: `${url}/v1`,
    OPENAI_API_KEY: secret,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: secret,
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_API_KEY: secret,
    GOOGLE_API_KEY: secret,
    SALLYPORT_URL: url,
    SALLYPORT_KEY: secret,
  }
}

/** A proxy that the machine uses for the world outside would be asked for the gateway too. */
function aroundProxy(environment: Environment, url: string): Readonly<Record<string, string>> {
  const hasProxy = Object.keys(environment).some((name) => /^(https?|all)_proxy$/i.test(name))
  if (!hasProxy) return {}
  const host = new URL(url).hostname
  const already = environment['NO_PROXY'] || environment['no_proxy'] || ''
  const list = [...already.split(',').filter((entry) => entry.trim() !== ''), host].join(',')
  return { NO_PROXY: list, no_proxy: list }
}

/** What the gateway's own credentials are in where a secret is in AWS: whoever has them reads every key there. */
const awsVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  // The container's address of its credentials is as good as they are: nothing else is asked for there.
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

/**
 * The secrets of a config and what opens the places where the gateway has them from, and the variables in which providers'
 * keys usually are.
 */
export function secretsOf(loaded: LoadedConfig, environment: Environment): GatewaySecrets {
  const { secrets } = loaded
  const named = [...secrets.keys(), ...openersOf(loaded)].flatMap((reference) =>
    reference.startsWith('env:') ? [reference.slice('env:'.length)] : [],
  )
  return {
    names: new Set([
      ...named,
      ...storeVariables([...secrets.keys()]),
      ...addressVariables(loaded, environment),
      ...catalogue.flatMap(({ keyVariable }) => keyVariable ?? []),
    ]),
    // What the driver goes by where the address has no password. Often it is the user's name as well.
    wordNames: new Set(isInPostgres(loaded, environment) ? ['PGPASSWORD'] : []),
    values: new Set([...secrets.values()].map((secret) => secret.reveal())),
  }
}

/** What opens Vault is read when it is needed, so it is not among the secrets that were read. */
function openersOf({ config }: LoadedConfig): readonly SecretReference[] {
  const { token, role_id: roleId, secret_id: secretId, jwt } = config.secrets.vault
  return [token, roleId, secretId, jwt].filter((reference) => reference !== undefined)
}

/** What the stores are opened with where the config names nothing. */
function storeVariables(references: readonly SecretReference[]): readonly string[] {
  const isIn = (store: StoreName) => references.some((reference) => reference.startsWith(`${store}:`))
  return [...(isIn('vault') ? ['VAULT_TOKEN'] : []), ...(isIn('aws') ? awsVariables : [])]
}

/** Where the environment says which database and which Redis are the gateway's, and with which password. */
function addressVariables(loaded: LoadedConfig, environment: Environment): readonly string[] {
  const { database, redis } = loaded.config
  const isPostgres = database === 'auto' && isInPostgres(loaded, environment)
  const isRedis = redis === 'auto' && fleetAddress(loaded, environment) !== undefined
  return [...(isPostgres ? ['DATABASE_URL'] : []), ...(isRedis ? ['REDIS_URL'] : [])]
}

function isInPostgres(loaded: LoadedConfig, environment: Environment): boolean {
  return databasePlace(loaded, environment).kind === 'postgres'
}
