// The keys with which what is kept is encrypted, for those who look at it without a whole config: whatever else stands in
// the file may be wrong, or lead to secrets that are not on this machine.
import { loadDraft } from './read-config.ts'
import type { LoadParts } from '../config/load-config.ts'
import { encryptionKeys } from '../compose/encryption.ts'
import type { EncryptionKeys } from '../compose/encryption.ts'
import type { SecretReference } from '../core/secret.ts'
import { masterKeyProblem } from '../core/master-key.ts'
import type { EncryptionSettings } from '../store/settings.ts'
import { configFacts } from './config-facts.ts'
import type { ProcessPort } from './process-port.ts'

/** What names are seen from. */
export interface EncryptionPlace {
  readonly facts: Pick<LoadParts, 'environment' | 'readText' | 'fullPath'>
  /** The file of the config. */
  readonly source: string
}

type LocalKeys =
  | { readonly ok: true; readonly keys: EncryptionKeys }
  | { readonly ok: false; readonly problem: string }

const keyBytesMax = 4_096

/** `problem` is a sentence's beginning, and holds nothing of a key. */
export function localEncryptionKeys(settings: EncryptionSettings, place: EncryptionPlace): LocalKeys {
  const named = [...(settings.key === undefined ? [] : [settings.key]), ...settings.previous]
  const texts = new Map<SecretReference, string>()
  for (const reference of named) {
    const text = textOf(reference, place)
    const problem = text === undefined ? 'cannot be read' : masterKeyProblem(text)
    if (text === undefined || problem !== undefined) {
      return { ok: false, problem: `The encryption key ${reference} cannot be used: ${problem}` }
    }
    texts.set(reference, text)
  }
  return { ok: true, keys: encryptionKeys(settings, (reference) => texts.get(reference)) }
}

function textOf(reference: SecretReference, { facts, source }: EncryptionPlace): string | undefined {
  const name = reference.slice(reference.indexOf(':') + 1)
  if (reference.startsWith('env:')) return facts.environment[name]
  const read = facts.readText(facts.fullPath(name, source), keyBytesMax)
  return read.ok ? read.text.replace(/\r?\n$/, '') : undefined
}

/** Those of the config that `--config` names, or the usual one. Throws an Error that says which cannot be used. */
export function readEncryptionKeys(port: ProcessPort, path: string | undefined): EncryptionKeys {
  const facts = configFacts(port)
  const settings = loadDraft(path, facts)?.encryption
  if (settings === undefined || settings === null) {
    if (settings === null)
      throw new Error('What the config says under "encryption" cannot be read; see "sallyport check".')
    return { current: undefined, previous: [] }
  }
  // The usual files lie in one folder.
  const local = localEncryptionKeys(settings, { facts, source: path ?? 'sallyport.yaml' })
  if (!local.ok) throw new Error(`${local.problem}.`)
  return local.keys
}
