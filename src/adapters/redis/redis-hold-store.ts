// The store of limits and budgets in Redis: one script for each exchange.
import type { Exchange, ExchangeAnswer, HoldAnswer, HoldStore } from '../../limits/fleet/hold-store.ts'
import { holdScript } from './hold-script.ts'
import type { RedisConnection } from './redis-connection.ts'
import { redisScript } from './redis-script.ts'
import type { Script, TimeSource } from './redis-script.ts'

/** All keys hash to one slot of a cluster: a call's limits are changed together or not at all. */
export const keyPrefix = '{sallyport}:'

export class RedisHoldStore implements HoldStore {
  readonly #connection: Pick<RedisConnection, 'send' | 'isConnected'>
  readonly #script: Script

  constructor(
    connection: Pick<RedisConnection, 'send' | 'isConnected'>,
    { prefix = keyPrefix, time = 'clock' }: { readonly prefix?: string; readonly time?: TimeSource } = {},
  ) {
    this.#connection = connection
    this.#script = redisScript(connection, prefix, holdScript(time))
  }

  get isConnected(): boolean {
    return this.#connection.isConnected
  }

  async exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    return answerOf(await this.#script([JSON.stringify(exchange)]))
  }
}

const outcomes = ['granted', 'denied', 'unknown', 'late'] as const satisfies readonly HoldAnswer['outcome'][]

function answerOf(reply: unknown): ExchangeAnswer {
  if (!Array.isArray(reply)) throw new Error('Redis answered with something else.')
  const [nowMicros, epoch, gateways, results, outcome, used, running, spent, held] =
    reply as readonly unknown[]
  return {
    nowMs: Number(nowMicros) / 1_000,
    epoch: Number(epoch),
    gateways: Number(gateways),
    results: numbers(results),
    hold:
      outcome === undefined
        ? undefined
        : {
            outcome: outcomes.find((known) => known === outcome) ?? 'late',
            used: numbers(used).map((thousandths) => thousandths / 1_000),
            running: numbers(running),
            spent: numbers(spent),
            held: numbers(held),
          },
  }
}

function numbers(reply: unknown): readonly number[] {
  return Array.isArray(reply) ? reply.map(Number) : []
}
