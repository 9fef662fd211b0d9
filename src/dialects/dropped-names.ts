// The names of what a deployment could not be sent, as the client spells them.
import type { Setting } from '../core/model-request.ts'
import type { Dropped } from './dialect.ts'

const namesMax = 20

/** `unplaced` are the request's members that have no place in our words. Each name once, as ASCII, not too many. */
export function droppedNames(
  dropped: readonly Dropped[],
  unplaced: readonly string[],
  codec: { spell(setting: Setting): string | undefined },
): readonly string[] {
  const names = new Set<string>()
  for (const lost of dropped)
    names.add('path' in lost ? lost.path : (codec.spell(lost.setting) ?? lost.setting))
  for (const name of unplaced) names.add(name)
  const all = [...names].map((name) => name.replace(/[^\x21-\x7e]|,/g, '?'))
  return all.length <= namesMax ? all : [...all.slice(0, namesMax), `${all.length - namesMax} more`]
}
