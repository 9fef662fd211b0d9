// What `keys create` was told, read strictly: a list that comes out empty is refused, because it would read as
// "nothing" and mean "everything". `--models "$UNSET"` must not make a key that may call every model.
import type { AnswerBound } from '../core/caller.ts'
import { readPriority } from '../core/priority.ts'
import type { PriorityName } from '../core/priority.ts'
import { scopes } from '../core/scopes.ts'
import type { Scope } from '../core/scopes.ts'
import type { NewKey } from '../keys/manage-keys.ts'
import { userForm } from '../keys/user-form.ts'
import { parseRange } from '../platform/egress/address-rules.ts'
import type { CommonOptions } from './options.ts'

export interface CreateKeyOptions extends CommonOptions {
  readonly name: string
  readonly models?: string
  readonly scopes?: string
  readonly expires?: string
  readonly tenant?: string
  readonly team?: string
  readonly user?: string
  readonly addresses?: string
  readonly tags?: string
  readonly metadata?: string
  readonly maxTokens?: string
  readonly maxTokensDefault?: string
  readonly maxTokensAbove?: 'refuse' | 'lower'
  readonly priority?: PriorityName
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** The same that a key in the config may name: a name, `provider/model`, or with `*` for any run of characters. */
const modelForm = /^[^\s/](\S*[^\s/])?$/
const tagForm = /^[A-Za-z0-9_.:-]{1,64}$/

/** The key that these options ask for. Throws an Error that says what is wrong with them. */
export function readKeyOptions(options: CreateKeyOptions, nowMs: number): NewKey {
  const addresses = words('--addresses', options.addresses, 'every address').map(readAddresses)
  const tags = words('--tags', options.tags, 'none').map((tag) => readForm('--tags', tag, tagForm))
  const metadata = words('--metadata', options.metadata, 'none').map(readEntry)
  const maxTokens = readBound(options)
  return {
    name: readForm('--name', options.name, nameForm),
    models: words('--models', options.models, 'every model').map(readModel),
    scopes: words('--scopes', options.scopes, 'every scope but admin and metrics').map(readScope),
    expiresAtMs: options.expires === undefined ? null : nowMs + readDurationMs('--expires', options.expires),
    ...(options.tenant !== undefined && { tenant: readForm('--tenant', options.tenant, nameForm) }),
    ...(options.team !== undefined && { team: readForm('--team', options.team, nameForm) }),
    ...(options.user !== undefined && { user: readForm('--user', options.user, userForm) }),
    ...(addresses.length > 0 && { addresses }),
    ...(tags.length > 0 && { tags }),
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(options.priority !== undefined && { priority: readPriority(options.priority) }),
  }
}

const formAdvice: ReadonlyMap<RegExp, string> = new Map([
  [nameForm, 'up to 64 letters, digits, ".", "_" and "-", and starts with a letter or digit'],
  [userForm, 'up to 128 characters of ASCII without spaces'],
  [tagForm, 'words of up to 64 letters, digits, "_", ".", ":" and "-", separated by commas'],
])

function readForm(option: string, text: string, form: RegExp): string {
  if (!form.test(text)) throw new Error(`${option} takes ${formAdvice.get(form) ?? 'something else'}.`)
  return text
}

function readAddresses(word: string): string {
  if (parseRange(word)?.port === undefined && parseRange(word) !== undefined) return word
  throw new Error(
    `--addresses takes addresses and ranges such as 10.0.0.0/8, separated by commas, not "${word}".`,
  )
}

function readEntry(word: string): readonly [string, string] {
  const [, name, text] = /^([\w.-]{1,64})=([^=]{0,256})$/.exec(word) ?? []
  if (name === undefined || text === undefined) {
    throw new Error(`--metadata takes entries such as cost_centre=12, separated by commas, not "${word}".`)
  }
  return [name, text]
}

function readBound(options: CreateKeyOptions): AnswerBound | undefined {
  const { maxTokens, maxTokensDefault, maxTokensAbove } = options
  const max = maxTokens === undefined ? undefined : readTokens('--max-tokens', maxTokens)
  const unasked =
    maxTokensDefault === undefined ? undefined : readTokens('--max-tokens-default', maxTokensDefault)
  if (maxTokensAbove !== undefined && max === undefined) {
    throw new Error('--max-tokens-above says what becomes of requests above --max-tokens; say that, too.')
  }
  if (max === undefined && unasked === undefined) return undefined
  if (max !== undefined && unasked !== undefined && unasked > max) {
    throw new Error('--max-tokens-default must not be above --max-tokens.')
  }
  return {
    lowers: maxTokensAbove === 'lower',
    ...(max !== undefined && { max }),
    ...(unasked !== undefined && { unasked }),
  }
}

function readTokens(option: string, text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text))
    throw new Error(`${option} takes a whole number of tokens, not "${text}".`)
  return Number(text)
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

/** A time such as `12h`. Throws an Error that names the option. */
export function readDurationMs(option: string, text: string): number {
  const match = /^(\d{1,6})([mhd])$/.exec(text)
  const durationMs = Number(match?.[1]) * (msPerUnit.get(match?.[2] ?? '') ?? Number.NaN)
  // A key that is valid for no time at all is a mistake, too.
  if (!(durationMs > 0)) throw new Error(`${option} takes a time such as 12h or 90d, not "${text}".`)
  return durationMs
}
