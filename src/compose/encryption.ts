// Encryption of what is kept, as a config wants it. Nothing is taken over that would leave something kept which nobody here
// can read.
import { createEnvelope, masterKeyOf } from '../adapters/encryption/envelope.ts'
import type { MasterKey } from '../adapters/encryption/envelope.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import type { SecretReference } from '../core/secret.ts'
import type { Sealer, SealKeyRegister } from '../store/sealing.ts'
import type { EncryptionSettings } from '../store/settings.ts'

/** An operator's keys, read. */
export interface EncryptionKeys {
  readonly current: MasterKey | undefined
  readonly previous: readonly MasterKey[]
}

/** `textOf` knows what a checked name leads to. */
export function encryptionKeys(
  { key, previous }: EncryptionSettings,
  textOf: (reference: SecretReference) => string | undefined,
): EncryptionKeys {
  const read = (reference: SecretReference): MasterKey[] => {
    const text = textOf(reference)
    return text === undefined ? [] : [masterKeyOf(text)]
  }
  return { current: key === undefined ? undefined : read(key)[0], previous: previous.flatMap(read) }
}

/** Of a config that was loaded with its secrets. */
export function keysOfConfig({ config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>): EncryptionKeys {
  return encryptionKeys(config.encryption, (reference) => secrets.get(reference)?.reveal())
}

export function sealerOf({ current, previous }: EncryptionKeys): Sealer {
  return createEnvelope(current, previous)
}

/** Something is kept under a key that is not there. The message says what to do. */
export class EncryptionKeyMissing extends Error {
  constructor(ids: readonly string[]) {
    const which =
      ids.length === 1 ? `the key with the id ${ids[0]}` : `the keys with the ids ${ids.join(', ')}`
    super(
      `What is kept of calls is encrypted with ${which}, which the config does not name. ` +
        'Write it as encryption.key, or under encryption.previous. If it is lost, so is what was encrypted with it: ' +
        '"sallyport encryption forget <id>" lets the gateway go on without.',
    )
  }
}

export class Encryption {
  readonly #register: SealKeyRegister
  #sealer: Sealer = sealerOf({ current: undefined, previous: [] })

  constructor(register: SealKeyRegister) {
    this.#register = register
  }

  /** What seals and opens just now. */
  readonly sealer = (): Sealer => this.#sealer

  /** Takes over keys. Rejects with EncryptionKeyMissing, and nothing has changed. */
  async use(keys: EncryptionKeys): Promise<void> {
    const { current, previous } = keys
    const known = new Set([...previous, ...(current === undefined ? [] : [current])].map(({ id }) => id))
    const needed = await this.#register.ids()
    const missing = needed.filter((id) => !known.has(id))
    if (missing.length > 0) throw new EncryptionKeyMissing(missing)
    // Before anything is sealed with it.
    if (current !== undefined && !needed.includes(current.id)) await this.#register.add(current.id)
    this.#sealer = sealerOf(keys)
  }
}
