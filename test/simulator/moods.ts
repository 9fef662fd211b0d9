// What may befall a whole provider for a while, by name: a test switches moods while calls go on. A mood bends the
// provider's ordinary behaviour, so its pace and its answers stay what they were wherever the mood leaves them alone.
import type { Behaviour, ErrorBody, Fault, RetryAfter } from './behaviour.ts'

/** The moods. `refuses` closes the listener itself: nobody can connect. */
export const moods = [
  'healthy',
  'hangs',
  'resets',
  'refuses',
  'fails-500',
  'fails-503',
  'overloaded-529',
  'throttles',
  'throttles-for-2s',
  'slow-first-token',
  'dies-before-content',
  'dies-in-content',
  'stalls-in-content',
  'corrupts-in-content',
] as const
export type Mood = (typeof moods)[number]

/** What a mood in mid-stream needs to know. */
export interface MoodPlace {
  /** Events that are on the wire before it happens. The role is the first one of a chat stream. */
  readonly afterEvents: number
}

/** Content has begun long since, and is far from its end. */
const inContent: MoodPlace = { afterEvents: 8 }
const slowness = 20
const firstEventByDefaultMs = 50
const envelope: ErrorBody = { kind: 'envelope' }

/** How a provider in a mood behaves that behaves like this when it is well. */
export function behaviourIn(mood: Mood, well: Behaviour, place: MoodPlace = inContent): Behaviour {
  if (mood === 'slow-first-token') {
    const firstMs = well.delays?.beforeFirstEventMs ?? firstEventByDefaultMs
    return { ...well, delays: { ...well.delays, beforeFirstEventMs: firstMs * slowness } }
  }
  const fault = faultIn(mood, place)
  return fault === undefined ? well : { ...well, fault }
}

/** The provider answers nothing at all any more, lists of models included. */
export function isWhollySick(mood: Mood): boolean {
  return mood === 'hangs' || mood === 'resets' || mood === 'fails-500' || mood === 'fails-503'
}

function faultIn(mood: Mood, { afterEvents }: MoodPlace): Fault | undefined {
  switch (mood) {
    case 'hangs':
      return { kind: 'stall', at: 'before-head' }
    case 'resets':
      return { kind: 'reset', at: 'before-head' }
    case 'fails-500':
      return status(500)
    case 'fails-503':
      return status(503)
    case 'overloaded-529':
      return status(529)
    case 'throttles':
      return status(429)
    case 'throttles-for-2s':
      return status(429, { seconds: 2 })
    case 'dies-before-content':
      return { kind: 'cut', at: { afterEvents: 1 } }
    case 'dies-in-content':
      return { kind: 'cut', at: { afterEvents } }
    case 'stalls-in-content':
      return { kind: 'stall', at: { afterEvents } }
    case 'corrupts-in-content':
      return { kind: 'malformed-event', atEvent: afterEvents, line: 'data: {"broken' }
    default:
      return undefined
  }
}

function status(code: number, retryAfter?: RetryAfter): Fault {
  return {
    kind: 'status',
    status: code,
    body: envelope,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}
