// The store of limits and budgets in Redis: one script for each exchange.
import type { Exchange, ExchangeAnswer, HoldAnswer, HoldStore } from '../../limits/fleet/hold-store.ts'
import { holdScript } from './hold-script.ts'
import type { RedisConnection } from './redis-connection.ts'
import { redisScript } from './redis-script.ts'
import type { Script, TimeSource } from './redis-script.ts'

/** All keys hash to one slot of a cluster: a call's limits are changed together or not at all. */
export const keyPrefix = '{sallyport}:'

export class RedisHoldStore implements HoldStore {
  readonly #connection: Pick<RedisConnection, 'ask' | 'isConnected'>
  readonly #script: Script

  constructor(
    connection: Pick<RedisConnection, 'ask' | 'isConnected'>,
    { prefix = keyPrefix, time = 'clock' }: { readonly prefix?: string; readonly time?: TimeSource } = {},
  ) {
    this.#connection = connection
    this.#script = redisScript(connection, prefix, holdScript(time))
  }

  get isConnected(): boolean {
    return this.#connection.isConnected
  }

  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    return this.#script([JSON.stringify(exchange)], answerOf)
  }
}

type Numbers = readonly number[]

/** As the script writes it. */
type Reply =
  | readonly [...Head]
  | readonly [
      ...Head,
      outcome: HoldAnswer['outcome'],
      usedThousandths: number[],
      running: Numbers,
      spent: Numbers,
      held: Numbers,
    ]
type Head = readonly [nowMicros: number, epoch: number, gateways: number, results: Numbers]

function answerOf(text: unknown): ExchangeAnswer {
  if (typeof text !== 'string') throw new Error('Redis answered with something else.')
  const reply = JSON.parse(text) as Reply
  if (!Array.isArray(reply[3])) throw new Error('Redis answered with something else.')
  return {
    nowMs: reply[0] / 1_000,
    epoch: reply[1],
    gateways: reply[2],
    results: reply[3],
    hold: reply.length === 4 ? undefined : holdOf(reply),
  }
}

function holdOf([, , , , outcome, used, running, spent, held]: Reply & { readonly length: 9 }): HoldAnswer {
  for (let index = 0; index < used.length; index++) used[index] = (used[index] ?? 0) / 1_000
  return { outcome, used, running, spent, held }
}
