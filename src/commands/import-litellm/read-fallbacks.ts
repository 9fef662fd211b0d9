// Which models stand in for which: `fallbacks` for one name, `default_fallbacks` for every name that has none.
import type { SettingPath } from '../../config/problem.ts'
import { groupOf, isNothing, listOf } from './source.ts'
import type { Source } from './source.ts'

export interface Fallback {
  readonly to: string
  readonly at: SettingPath
}

export interface Fallbacks {
  /** Those of a model, in their order. */
  of(name: string): readonly Fallback[]
}

/** Sections in which they may stand; the first goes before the second. */
const sections = ['router_settings', 'litellm_settings'] as const

/** Reads them. Notes what names nothing that could be carried. */
export function readFallbacks(source: Source, names: ReadonlySet<string>): Fallbacks {
  const section = sections.find((name) => !isNothing(groupOf(source.root[name])['fallbacks']))
  const defaults = sections.find((name) => !isNothing(groupOf(source.root[name])['default_fallbacks']))
  const byName = new Map<string, readonly Fallback[]>()
  for (const { from, to, path } of section === undefined ? [] : entriesOf(section, source)) {
    const found = targets(to, path, source)
    if (from === '*' || names.has(from)) byName.set(from, [...(byName.get(from) ?? []), ...found])
    else source.notes.lost(path, 'names no model of this file')
  }
  const path = [defaults ?? '', 'default_fallbacks']
  const written = groupOf(source.root[defaults ?? ''])['default_fallbacks']
  const general = [...(byName.get('*') ?? []), ...(isNothing(written) ? [] : targets(written, path, source))]
  return { of: (name) => (byName.get(name) ?? general).filter(({ to }) => to !== name) }
}

interface Entry {
  readonly from: string
  readonly to: unknown
  readonly path: SettingPath
}

/** A list of groups, each of which mostly has one name. */
function entriesOf(section: string, { root }: Source): readonly Entry[] {
  return listOf(groupOf(root[section])['fallbacks']).flatMap((entry, at) =>
    Object.entries(groupOf(entry)).map(([from, to]) => ({
      from,
      to,
      path: [section, 'fallbacks', at, from],
    })),
  )
}

function targets(written: unknown, path: SettingPath, { notes }: Source): readonly Fallback[] {
  return (Array.isArray(written) ? written : [written]).flatMap((to, at) => {
    if (typeof to === 'string') return [{ to, at: [...path, at] }]
    notes.lost([...path, at], 'a fallback is the name of a model here')
    return []
  })
}
