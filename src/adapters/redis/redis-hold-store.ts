// The store of limits and budgets in Redis: one script, called by its hash and sent again to a server that does not know it.
import { createHash } from 'node:crypto'
import type { Exchange, ExchangeAnswer, HoldAnswer, HoldStore } from '../../limits/fleet/hold-store.ts'
import { holdScript } from './hold-script.ts'
import type { TimeSource } from './hold-script.ts'
import type { RedisConnection } from './redis-connection.ts'

/** All keys hash to one slot of a cluster: a call's limits are changed together or not at all. */
export const keyPrefix = '{sallyport}:'

export class RedisHoldStore implements HoldStore {
  readonly #connection: Pick<RedisConnection, 'send' | 'isConnected'>
  readonly #prefix: string
  readonly #script: string
  readonly #hash: string

  constructor(
    connection: Pick<RedisConnection, 'send' | 'isConnected'>,
    { prefix = keyPrefix, time = 'clock' }: { readonly prefix?: string; readonly time?: TimeSource } = {},
  ) {
    this.#connection = connection
    this.#prefix = prefix
    this.#script = holdScript(time)
    this.#hash = createHash('sha1').update(this.#script).digest('hex')
  }

  get isConnected(): boolean {
    return this.#connection.isConnected
  }

  async exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    return answerOf(await this.#call(JSON.stringify(exchange)))
  }

  async #call(question: string): Promise<unknown> {
    try {
      return await this.#connection.send('EVALSHA', [this.#hash, '1', this.#prefix, question])
    } catch (failure) {
      if (!(failure instanceof Error) || !failure.message.startsWith('NOSCRIPT')) throw failure
      return await this.#connection.send('EVAL', [this.#script, '1', this.#prefix, question])
    }
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
