// The store of limits and budgets in Redis: one script for each exchange.
import type { Exchange, ExchangeAnswer, HoldStore } from '../../limits/fleet/hold-store.ts'
import { exchangeText, readAnswer } from './exchange-text.ts'
import { holdScript } from './hold-script.ts'
import type { RedisConnection } from './redis-connection.ts'
import { redisScript } from './redis-script.ts'
import type { Script, TimeSource } from './redis-script.ts'

/** All keys hash to one slot of a cluster: a call's limits are changed together or not at all. */
export const keyPrefix = '{sallyport}:'

export class RedisHoldStore implements HoldStore {
  readonly #connection: Pick<RedisConnection, 'ask' | 'isConnected'>
  readonly #script: Script<ExchangeAnswer>

  constructor(
    connection: Pick<RedisConnection, 'ask' | 'isConnected'>,
    { prefix = keyPrefix, time = 'clock' }: { readonly prefix?: string; readonly time?: TimeSource } = {},
  ) {
    this.#connection = connection
    this.#script = redisScript({ connection, prefix, text: holdScript(time), read: readAnswer })
  }

  get isConnected(): boolean {
    return this.#connection.isConnected
  }

  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    return this.#script(exchangeText(exchange))
  }
}
