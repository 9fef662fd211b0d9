// The keys of a provider, each with the way to call with it. Most have one; where there are several, an attempt is made
// with one of them, and each has a health of its own.
import type { EgressClient } from '../core/egress.ts'
import type { Secret } from '../core/secret.ts'
import type { Secrets } from '../config/check-secrets.ts'
import { parseDestination } from '../platform/egress/destination.ts'
import type { Sender } from '../providers/deployment.ts'
import { hidingSecret } from '../providers/hide-secret.ts'
import type { Provider } from '../providers/provider.ts'
import { createSender } from '../providers/send.ts'
import type { Connection } from '../providers/send.ts'
import { keysOf } from '../core/provider-keys.ts'
import type { ProviderSettings } from '../providers/settings.ts'

/** A key as the config names it. */
export interface ProviderKey extends Pick<Secret, 'reveal'> {
  /** The name of the secret, such as `env:OPENAI_API_KEY`. */
  readonly name: string
  readonly weight: number
}

/** A key as those see it who look. */
export interface Account {
  /** The name of the secret; empty where there is no key. */
  readonly secret: string
  readonly weight: number
  /** A fingerprint of the place and the credential. */
  readonly account: string
}

/** One key, and the way to call with it. */
export interface KeyedAccount extends Account {
  readonly connection: Connection
  readonly sender: Sender
}

interface Place {
  readonly provider: Provider
  readonly baseUrl: string
  readonly keys: readonly ProviderKey[]
}

/** The keys that the config names for a provider. Two names of the same key are one. */
export function providerKeys(settings: ProviderSettings, secrets: Secrets): readonly ProviderKey[] {
  const found = new Map<string, ProviderKey>()
  for (const { secret: name, weight } of keysOf(settings)) {
    const text = secrets.get(name)?.reveal()
    if (text === undefined) continue
    const known = found.get(text)
    found.set(text, { reveal: () => text, name: known?.name ?? name, weight: weight + (known?.weight ?? 0) })
  }
  return [...found.values()]
}

/** Every account at a place; one without a credential where no key is wanted. */
export function accountsAt(
  { provider, baseUrl, keys }: Place,
  { egress, fingerprint }: { readonly egress: EgressClient; fingerprint(text: string): string },
): readonly [KeyedAccount, ...KeyedAccount[]] {
  const destination = parseDestination(baseUrl, 'operator')
  const basePath = new URL(baseUrl).pathname.replace(/\/+$/, '')
  const made = (key: ProviderKey | undefined): KeyedAccount => {
    const credential = key?.reveal() ?? ''
    const connection: Connection = {
      provider: credential === '' ? { ...provider, signing: { kind: 'none' } } : provider,
      destination,
      basePath,
      credential,
    }
    return {
      secret: key?.name ?? '',
      weight: key?.weight ?? 1,
      account: fingerprint(`${baseUrl}\n${credential}`),
      connection,
      sender: createSender(connection, egress),
    }
  }
  const [first, ...rest] = keys
  return [made(first), ...rest.map(made)]
}

/** Makes what takes all of a provider's keys out of a text that it sent. */
export function hidingSecrets(accounts: readonly KeyedAccount[]): (text: string) => string {
  const [first, ...rest] = accounts.map(({ connection }) => hidingSecret(connection.credential))
  if (first === undefined) return (text) => text
  if (rest.length === 0) return first
  return (text) => rest.reduce((clean, hide) => hide(clean), first(text))
}
