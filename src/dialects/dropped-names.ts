// The names of what a deployment could not be sent, as the client spells them.
import type { Setting } from '../core/model-request.ts'
import type { Dropped } from './dialect.ts'

const namesMax = 20
const nameCharsMax = 120

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
  const shown = [...names].slice(0, namesMax).map(shownName)
  return names.size <= namesMax ? shown : [...shown, `${names.size - namesMax} more`]
}

/** A client may call its members anything, at any length. */
function shownName(name: string): string {
  const cut = name.length <= nameCharsMax ? name : `${name.slice(0, nameCharsMax)}...`
  return cut.replace(/[^\x21-\x7e]|,/g, '?')
}
