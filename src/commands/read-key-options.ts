// What `keys create` was told, read strictly: a list that comes out empty is refused, because it would read as
// "nothing" and mean "everything". `--models "$UNSET"` must not make a key that may call every model.
import { scopes } from '../core/scopes.ts'
import type { Scope } from '../core/scopes.ts'
import type { NewKey } from '../keys/manage-keys.ts'
import type { CommonOptions } from './options.ts'

export interface CreateKeyOptions extends CommonOptions {
  readonly name: string
  readonly models?: string
  readonly scopes?: string
  readonly expires?: string
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** The same that a key in the config may name: a name, `provider/model`, or with `*` for any run of characters. */
const modelForm = /^[^\s/](\S*[^\s/])?$/

/** The key that these options ask for. Throws an Error that says what is wrong with them. */
export function readKeyOptions(options: CreateKeyOptions, nowMs: number): NewKey {
  if (!nameForm.test(options.name)) {
    throw new Error(
      '--name takes up to 64 letters, digits, ".", "_" and "-", and starts with a letter or digit.',
    )
  }
  return {
    name: options.name,
    models: words('--models', options.models, 'every model').map(readModel),
    scopes: words('--scopes', options.scopes, 'every scope but admin').map(readScope),
    expiresAtMs: options.expires === undefined ? null : nowMs + readDurationMs(options.expires),
  }
}

function words(option: string, text: string | undefined, meaning: string): string[] {
  if (text === undefined) return []
  const found = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  if (found.length === 0) throw new Error(`${option} is empty. Leave it out to allow ${meaning}.`)
  return [...new Set(found)]
}

function readModel(word: string): string {
  if (!modelForm.test(word)) {
    throw new Error(
      `--models takes names such as fast, provider/model, provider/* or *, separated by commas, not "${word}".`,
    )
  }
  return word
}

function readScope(word: string): Scope {
  const scope = scopes.find((known) => known === word)
  if (scope === undefined) throw new Error(`There is no scope "${word}". There are ${scopes.join(', ')}.`)
  return scope
}

const msPerUnit: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

function readDurationMs(text: string): number {
  const match = /^(\d{1,6})([mhd])$/.exec(text)
  const durationMs = Number(match?.[1]) * (msPerUnit.get(match?.[2] ?? '') ?? Number.NaN)
  // A key that is valid for no time at all is a mistake, too.
  if (!(durationMs > 0)) throw new Error(`--expires takes a time such as 12h or 90d, not "${text}".`)
  return durationMs
}
