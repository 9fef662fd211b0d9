// Against a real Redis: what one gateway says the others hear, also after the server was away.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hasRedis, startRedis } from '../../../test/servers/redis.ts'
import type { TestRedis } from '../../../test/servers/redis.ts'
import { until } from '../../../test/until.ts'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import type { Clock } from '../../core/clock.ts'
import { systemClock } from '../../platform/system-clock.ts'
import { beatMs, RedisChannel } from './redis-channel.ts'
import { RedisConnection, silentMs } from './redis-connection.ts'

interface Gateway {
  readonly channel: RedisChannel
  readonly heard: string[]
  readonly ways: string[]
  readonly gaps: () => number
  close(): void
}

async function gatewayAt(
  url: string,
  from: string,
  prefix = 'test:',
  clock: Clock = systemClock,
): Promise<Gateway> {
  const parts = { url, ca: undefined, clock, random: () => 0.5 }
  const speaker = new RedisConnection({ ...parts, onConnected: () => {}, onLost: () => {} })
  const [heard, ways]: [string[], string[]] = [[], []]
  let gaps = 0
  const onWord = (topic: string, way: string): void => void ways.push(`${topic} ${way}`)
  const channel = new RedisChannel({ ...parts, from, prefix, speaker, onWord })
  channel.hear('keys', (text) => void heard.push(text))
  channel.onGap(() => {
    gaps++
  })
  await Promise.all([speaker.start(), channel.start()])
  await until(() => gaps > 0)
  const close = (): void => {
    channel.close()
    speaker.close()
  }
  return { channel, heard, ways, gaps: () => gaps, close }
}

describe.skipIf(!hasRedis)('a channel of Redis', () => {
  let redis: TestRedis
  let gateways: readonly [Gateway, Gateway, Gateway]

  beforeAll(async () => {
    redis = await startRedis()
    gateways = [
      await gatewayAt(redis.url, 'one'),
      await gatewayAt(redis.url, 'two'),
      await gatewayAt(redis.url, 'other', 'another-fleet:'),
    ]
  })

  afterAll(async () => {
    for (const gateway of gateways) gateway.close()
    await redis[Symbol.asyncDispose]()
  })

  test('is heard by the others of the fleet, and not by the one who speaks', async () => {
    const [one, two, other] = gateways
    one.channel.say('keys', 'a word of\ntwo lines ')
    two.channel.say('sick', 'nobody listens to this')
    two.channel.say('keys', 'a word')
    await until(() => one.heard.length + two.heard.length === 2)
    expect([one.heard, two.heard, other.heard]).toEqual([['a word'], ['a word of\ntwo lines '], []])
  })

  test('is cut off when too much is said, or too long, and goes on afterwards', async () => {
    const [one, two] = gateways
    one.ways.length = 0
    const before = two.heard.length
    await redis.command('PUBLISH', 'test:words', 'nonsense')
    await redis.command('PUBLISH', 'test:words', `stranger keys ${'x'.repeat(5_000)}`)
    for (let word = 0; word < 200; word++)
      await redis.command('PUBLISH', 'test:words', `stranger keys ${word}`)
    await until(() => one.ways.filter((way) => way === 'keys dropped').length > 10)
    expect(two.heard.length - before).toBeLessThan(200)
    await until(() => {
      one.channel.say('keys', 'still here')
      return two.heard.includes('still here')
    })
  })

  test('comes back by itself, and says that words may have been missed', async () => {
    const [one, two] = gateways
    const gaps = two.gaps()
    await redis.restart()
    await until(() => two.gaps() > gaps)
    await until(() => {
      one.channel.say('keys', 'again')
      return two.heard.includes('again')
    })
  })

  test('notices a server that says nothing any more', async () => {
    const clock = new VirtualClock()
    const gateway = await gatewayAt(redis.url, 'three', 'test:', clock)
    redis.process?.kill('SIGSTOP')
    clock.advance(beatMs)
    clock.advance(silentMs)
    redis.process?.kill('SIGCONT')
    const gaps = gateway.gaps()
    clock.advance(100)
    await until(() => gateway.gaps() > gaps)
    gateway.close()
  })
})
