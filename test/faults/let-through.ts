// What a provider saw of calls that are limited, beside the most that a process may have let through since it began.
import type { BillEntry } from '../simulator/bill.ts'
import { atLeast, atMost } from './figure.ts'
import type { Figure } from './figure.ts'

/** A bucket: so many at once after a quiet time, and so many more a second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** A process from its start to its end, by the clock of the bill. */
export interface Life {
  readonly startMs: number
  readonly endMs: number
}

export interface Limited {
  readonly requests: Rate
  readonly tokens: Rate
  readonly places: number
}

/** What the provider saw in each life: of the most that its process may have let through, and of a bucket, that was emptied. */
export function letThrough(
  bill: readonly BillEntry[],
  lives: readonly Life[],
  limited: Limited,
): readonly Figure[] {
  const { requests: requestRate, tokens: tokenRate, places } = limited
  const used = (name: string, amountOf: (entry: BillEntry) => number): readonly number[] =>
    lives.map(({ startMs }, index) => {
      const untilMs = lives[index + 1]?.startMs ?? Number.POSITIVE_INFINITY
      return bill
        .filter(({ key, receivedAtMs }) => key === name && receivedAtMs >= startMs && receivedAtMs < untilMs)
        .reduce((sum, entry) => sum + amountOf(entry), 0)
    })
  const ofMost = (amounts: readonly number[], { burst, perSecond }: Rate): number =>
    Math.max(
      ...lives.map(({ startMs, endMs }, index) => {
        const most = burst + (perSecond * (endMs - startMs)) / 1_000
        return (100 * (amounts[index] ?? Number.NaN)) / most
      }),
    )
  const one = (): number => 1
  const requests = used('requests', one)
  const deployment = used('deployment', one)
  const tokens = used('tokens', (entry) => entry.inputTokens + entry.outputTokens)
  return [
    atMost('requests let through, of the limit', ofMost(requests, requestRate), 100, '%'),
    atLeast('requests let through in each life', Math.min(...requests), requestRate.burst * 0.9),
    atMost('tokens let through, of the limit', ofMost(tokens, tokenRate), 100, '%'),
    // Most of what is held back for a call is not used before it is over.
    atLeast('tokens let through in each life', Math.min(...tokens), tokenRate.burst * 0.25),
    atMost('attempts at the deployment, of its limit', ofMost(deployment, requestRate), 100, '%'),
    atLeast('attempts at the deployment in each life', Math.min(...deployment), requestRate.burst * 0.9),
    atMost('calls at a time', mostAtOnce(bill), places),
    atLeast('calls at a time, at least', mostAtOnce(bill), places),
  ]
}

/** A provider hears later than the gateway that somebody has left. */
const leavingMs = 50

function mostAtOnce(bill: readonly BillEntry[]): number {
  const changes = bill
    .filter(({ key }) => key === 'places')
    .flatMap(({ receivedAtMs, endedAtMs, finish }) => [
      { atMs: receivedAtMs, by: 1 },
      {
        atMs: finish === 'done' ? endedAtMs! : Math.max(receivedAtMs, (endedAtMs ?? Infinity) - leavingMs),
        by: -1,
      },
    ])
  let running = 0
  let most = 0
  for (const { by } of changes.toSorted((one, other) => one.atMs - other.atMs || one.by - other.by)) {
    running += by
    most = Math.max(most, running)
  }
  return most
}
