// The file to import, as plain values. Other programs read it by YAML's older rules, so merge keys are followed; and any
// value may stand in a variable, as `os.environ/NAME`.
import type { SettingPath } from '../../config/problem.ts'
import type { Notes } from './notes.ts'

export type Group = Readonly<Record<string, unknown>>

export interface Source {
  readonly root: Group
  /** Variables as the file itself sets them, then those of this process. */
  readonly variables: ReadonlyMap<string, string>
  readonly notes: Notes
}

const reference = /^os\.environ\/(.*)$/s
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/** The name in `os.environ/NAME`; undefined for any other value. */
export function referredName(value: unknown): string | undefined {
  return typeof value === 'string' ? reference.exec(value)?.[1] : undefined
}

/** Whether a variable of this name can be named in a config. */
export function isVariableName(name: string): boolean {
  return variableName.test(name)
}

/** A group of settings; empty for anything else. */
export function groupOf(value: unknown): Group {
  return isGroup(value) ? value : {}
}

/** The entries of a list; none for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text, read from its variable where it stands in one. Undefined, with a note, when that is not set. */
export function textOf(value: unknown, path: SettingPath, { variables, notes }: Source): string | undefined {
  const name = referredName(value)
  if (name === undefined) return typeof value === 'string' && value !== '' ? value : undefined
  const text = variables.get(name)
  if (text === undefined) {
    notes.lost(path, 'stands in a variable that is not set here; set it and import again')
  } else notes.changed(path, 'was read from its variable: Sallyport takes only secrets from there')
  return text
}

/** A number, also one that is written as text. */
export function numberOf(value: unknown, path: SettingPath, source: Source): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const text = textOf(value, path, source)
  return text !== undefined && /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined
}

/** Follows merge keys (`<<`): what stands beside one goes before what it brings. */
export function withMerges(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMerges)
  if (!isGroup(value)) return value
  const { '<<': merged, ...own } = value
  const brought = (Array.isArray(merged) ? merged.toReversed() : [merged]).map((one) =>
    groupOf(withMerges(one)),
  )
  const kept = Object.fromEntries(Object.entries(own).map(([name, inner]) => [name, withMerges(inner)]))
  return Object.assign({}, ...brought, kept)
}

/** What is switched off or empty is not missed by anybody. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isGroup(value) && Object.keys(value).length === 0
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
