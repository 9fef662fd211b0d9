// The environment of a command that runs behind the gateway: what SDKs read leads to the gateway, and no key of a
// provider is in it, under whatever name and wherever the config has it from. The gateway alone keeps those.
import type { LoadedConfig } from '../../config/load-config.ts'
import { catalogue } from '../../providers/catalogue.ts'
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
  const isSecret = (name: string): boolean => secrets.names.has(name) || ways.has(name)
  const named = Object.entries(environment).flatMap(([name, value = '']) => (isSecret(name) ? [value] : []))
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

/** The secrets of a config, and the variables in which providers' keys usually are. */
export function secretsOf({ secrets }: LoadedConfig): GatewaySecrets {
  const named = [...secrets.keys()].flatMap((reference) =>
    reference.startsWith('env:') ? [reference.slice('env:'.length)] : [],
  )
  return {
    names: new Set([...named, ...catalogue.flatMap(({ keyVariable }) => keyVariable ?? [])]),
    values: new Set([...secrets.values()].map((secret) => secret.reveal())),
  }
}
