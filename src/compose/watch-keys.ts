// What is looked at while time passes for the sake of keys, and what gateways of a fleet tell each other of them.
import type { Channel } from '../core/channel.ts'
import { KeyNews } from './key-news.ts'
import { KeyWatch } from './key-watch.ts'
import type { KeyWatchParts } from './key-watch.ts'

export interface KeyWatchingParts extends Omit<KeyWatchParts, 'onChanged'> {
  /** Undefined for a gateway that is alone. */
  readonly fleet: { readonly channel: Channel; readonly holds: { readonly isLocal: boolean } } | undefined
}

/** Makes the watch; it begins with `start`. */
export function watchKeys({ fleet, ...parts }: KeyWatchingParts): KeyWatch {
  const { clock, keys } = parts
  const news =
    fleet &&
    new KeyNews({
      channel: fleet.channel,
      clock,
      look: () => keys.refresh(),
      revokedWithin: (withinMs) => keys.revokedWithin(withinMs),
      revokedElsewhere: (ids) => keys.revokedElsewhere(ids),
    })
  if (fleet !== undefined) keys.hearWhile(() => !fleet.holds.isLocal)
  return new KeyWatch({ ...parts, onChanged: () => news?.noticed() })
}
