// Every secret and file that a config names, read. What was read is never part of a message, and a variable's name
// only where it looks like one: somebody may have written the secret itself behind `env:`.
import { isSecretReference, isStored, Secret } from '../core/secret.ts'
import type { SecretReference, StoredReference } from '../core/secret.ts'
import { masterKeyProblem } from '../core/master-key.ts'
import { keysOf } from '../core/provider-keys.ts'
import { webhookKeyOf } from '../webhooks/settings.ts'
import { variable } from './facts.ts'
import type { Facts, SecretRead } from './facts.ts'
import type { Finding, SettingPath } from './problem.ts'
import type { Draft } from './read-shape.ts'

/** What the names lead to, by the reference as it stands in the config. */
export type Secrets = ReadonlyMap<SecretReference, Secret>

export interface SecretsRead {
  readonly secrets: Secrets
  readonly findings: readonly Finding[]
  /** Names of secrets that lie in stores outside. */
  readonly stored: readonly StoredReference[]
}

/** Keys for clients: shorter ones can be guessed. */
const keyCharactersMin = 16

type Kind =
  | 'credential'
  | 'client key'
  | 'master key'
  | 'PEM'
  | 'webhook secret'
  | 'database address'
  | 'redis address'

interface Use {
  readonly path: SettingPath
  readonly reference: SecretReference
  readonly kind: Kind
}

export function readSecrets(draft: Draft, facts: Facts): SecretsRead {
  const secrets = new Map<SecretReference, Secret>()
  const findings: Finding[] = []
  const keyAt = new Map<string, SettingPath>()
  const stored = new Set<StoredReference>()
  for (const { path, reference, kind } of usesOf(draft)) {
    if (isStored(reference)) stored.add(reference)
    const read = readSecret(reference, facts)
    const problem = read.ok ? problemOf(read.text, kind) : read.reason
    if (problem !== undefined) findings.push({ path, at: 'value', message: problem })
    if (!read.ok || problem !== undefined) continue
    secrets.set(reference, new Secret(reference, read.text))
    if (kind !== 'client key') continue
    const first = keyAt.get(read.text)
    if (first === undefined) keyAt.set(read.text, path)
    else findings.push({ path, at: 'value', message: `is the same secret as keys[${String(first[1])}]` })
  }
  return { secrets, findings, stored: [...stored] }
}

function usesOf(draft: Draft): Use[] {
  const uses: (Use | undefined)[] = []
  const use = (path: SettingPath, reference: SecretReference | undefined, kind: Kind) =>
    uses.push(reference && { path, reference, kind })
  const tls = draft.server?.tls
  if (typeof tls === 'object') {
    use(['server', 'tls', 'cert'], tls.cert, 'PEM')
    use(['server', 'tls', 'key'], tls.key, 'PEM')
  }
  for (const name of ['database', 'redis'] as const) {
    use([name], isSecretReference(draft[name]) ? draft[name] : undefined, `${name} address`)
  }
  use(['egress', 'ca_file'], draft.egress?.ca_file, 'PEM')
  for (const [name, provider] of draft.providers ?? []) {
    if (provider === null) continue
    const several = provider.api_keys !== undefined
    keysOf(provider).forEach(({ secret }, index) => {
      use(
        ['providers', name, ...(several ? ['api_keys', index, 'secret'] : ['api_key'])],
        secret,
        'credential',
      )
    })
  }
  const { key: masterKey, previous = [] } = draft.encryption ?? {}
  use(['encryption', 'key'], masterKey, 'master key')
  previous.forEach((reference, index) => use(['encryption', 'previous', index], reference, 'master key'))
  draft.webhooks.forEach((webhook, index) => {
    use(['webhooks', index, 'secret'], webhook?.secret, 'webhook secret')
    use(['webhooks', index, 'previous_secret'], webhook?.previous_secret, 'webhook secret')
  })
  draft.keys.forEach((key, index) => use(['keys', index, 'secret'], key?.secret, 'client key'))
  return uses.filter((candidate) => candidate !== undefined)
}

function readSecret(reference: SecretReference, facts: Facts): SecretRead {
  if (isStored(reference)) {
    const read = facts.storedSecret?.(reference)
    return read ?? { ok: false, reason: 'stores outside this machine are not asked here' }
  }
  const name = reference.slice(reference.indexOf(':') + 1)
  if (reference.startsWith('env:')) {
    const text = variable(facts, name)
    if (text !== undefined) return { ok: true, text }
    const subject = /^[A-Z][A-Z0-9_]{0,63}$/.test(name) ? `the variable ${name}` : 'the variable named here'
    return { ok: false, reason: `${subject} is not set, or is empty` }
  }
  const read = facts.readText(name)
  // Editors and `echo` end a file with a line break that is not part of the secret.
  return read.ok
    ? { ok: true, text: read.text.replace(/\r?\n$/, '') }
    : { ok: false, reason: `the file ${read.reason}` }
}

const webhookSecretAdvice =
  'is no webhook secret: that is whsec_ and 24 to 64 random bytes in base64, as echo "whsec_$(openssl rand -base64 32)" makes it'

function problemOf(text: string, kind: Kind): string | undefined {
  if (kind === 'PEM') return text.includes('-----BEGIN ') ? undefined : 'does not hold PEM (-----BEGIN …)'
  if (text === '') return 'the secret is empty'
  if (kind === 'master key') return masterKeyProblem(text)
  if (kind === 'database address' && !/^postgres(ql)?:\/\//.test(text))
    return 'holds no address of PostgreSQL, such as postgres://user:password@host/name'
  if (kind === 'redis address' && !/^rediss?:\/\//.test(text))
    return 'holds no address of Redis, such as redis://:password@host:6379'
  // It travels in a header: anything else would be refused there, or be read as a header of its own.
  if (!/^[\x21-\x7e]+$/.test(text))
    return 'the secret holds a space, a line break or a character outside ASCII'
  if (kind === 'webhook secret') return webhookKeyOf(text) === undefined ? webhookSecretAdvice : undefined
  if (kind === 'client key' && text.length < keyCharactersMin)
    return `the secret needs ${keyCharactersMin} characters`
  return undefined
}
