import { beforeEach, describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { gatherMs, pendingBytesMax, WriteBehind, writeBytesMax } from './write-behind.ts'

interface Letter {
  readonly text: string
  readonly bytes: number
}

let clock: VirtualClock
/** What each write brought. */
let writes: string[]
let told: string[]
let dropped: string[]
let isAway: boolean
/** While set, writes wait for it. */
let gate: Promise<void> | undefined
let letters: WriteBehind<Letter>

beforeEach(() => {
  clock = new VirtualClock()
  writes = []
  told = []
  dropped = []
  isAway = false
  gate = undefined
  letters = new WriteBehind<Letter>({
    clock,
    write: async (entries) => {
      await gate
      if (isAway) throw new Error('full')
      writes.push(entries.map(({ text }) => text).join(''))
    },
    bytesOf: ({ bytes }) => bytes,
    dropped: ({ text }) => dropped.push(text),
    watcher: {
      failed: () => told.push('failed'),
      lost: (number) => told.push(`lost ${number}`),
      troubled: (cause) => told.push(`troubled: ${String(cause)}`),
      works: () => told.push('works'),
    },
  })
})

function put(text: string, bytes = 1): void {
  letters.put(text.toLowerCase(), { text, bytes })
}

/** Lets what was begun go on as far as it can without time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms)
  await settle()
}

describe('an entry', () => {
  test('can be read at once, and is written with others a moment later', async () => {
    put('a')
    await pass(gatherMs - 1)
    put('b')
    expect([letters.get('a')?.text, letters.get('b')?.text, writes]).toEqual(['a', 'b', []])
    await pass(1)
    expect(writes).toEqual(['ab'])
    expect([letters.get('a'), letters.get('b'), clock.pending]).toEqual([undefined, undefined, 0])
  })

  test('replaces one of the same key, also while that is being written', async () => {
    put('a')
    put('A')
    const { promise, resolve } = Promise.withResolvers<void>()
    gate = promise
    await pass(gatherMs)
    put('a')
    resolve()
    await settle()
    expect([writes, letters.get('a')?.text]).toEqual([['A'], 'a'])
    await pass(gatherMs)
    expect(writes).toEqual(['A', 'a'])
  })

  test('that is taken back is not written', async () => {
    put('a')
    put('b')
    await letters.takeBack('a')
    await pass(gatherMs)
    expect(writes).toEqual(['b'])
  })

  test('that is taken back while it is written is in the store by then', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    gate = promise
    put('a')
    await pass(gatherMs)
    const taken = letters.takeBack('a').then(() => writes.join())
    expect(letters.get('a')).toBeUndefined()
    resolve()
    expect(await taken).toBe('a')
  })

  test('that does not wait any more is told, whatever became of it', async () => {
    for (const text of ['a', 'b', 'c', 'A']) put(text)
    await letters.takeBack('b')
    expect(dropped).toEqual(['a', 'b'])
    await letters.flush()
    expect(dropped).toEqual(['a', 'b', 'c', 'A'])
    isAway = true
    put('d', pendingBytesMax)
    put('e')
    expect(dropped.slice(4)).toEqual(['d'])
  })
})

describe('a write', () => {
  test('holds no more than its bound, but for a single entry that is larger', async () => {
    put('a', writeBytesMax * 2)
    put('b', writeBytesMax / 2)
    put('c', writeBytesMax / 2)
    await letters.flush()
    expect(writes).toEqual(['a', 'b', 'c'])
    put('d', writeBytesMax / 2 - 500)
    put('e', writeBytesMax / 2 - 500)
    put('f')
    await letters.flush()
    expect(writes.slice(3)).toEqual(['de', 'f'])
  })

  test('that fails is tried again, less and less often, and nothing is lost', async () => {
    isAway = true
    put('a')
    await pass(gatherMs)
    put('b')
    for (let waitMs = gatherMs * 2; waitMs < 5_000; waitMs *= 2) await pass(waitMs)
    const tries = told.filter((word) => word === 'failed').length
    await pass(60_000)
    expect(told.filter((word) => word === 'failed').length).toBeLessThanOrEqual(tries + 13)
    expect([letters.get('a')?.text, letters.get('b')?.text]).toEqual(['a', 'b'])
    isAway = false
    await pass(5_000)
    expect([writes, told.at(-1)]).toEqual([['ab'], 'works'])
  })

  test('that fails for less than a second is not told as trouble', async () => {
    isAway = true
    put('a')
    await pass(gatherMs)
    isAway = false
    await pass(gatherMs * 2)
    expect([writes, told]).toEqual([['a'], ['failed']])
  })

  test('that fails for longer is told once, and once when it works again', async () => {
    isAway = true
    put('a')
    for (let second = 0; second < 20; second += 1) await pass(1_000)
    isAway = false
    await pass(10_000)
    expect(told.filter((word) => word !== 'failed')).toEqual(['troubled: Error: full', 'works'])
  })
})

describe('what waits', () => {
  test('is bounded: beyond that the oldest are lost, and it is told', async () => {
    isAway = true
    const quarter = pendingBytesMax / 4 - 500
    for (const text of ['a', 'b', 'c', 'd']) put(text, quarter)
    expect(told).toEqual([])
    put('e')
    expect([letters.get('a'), letters.get('b')?.text, told]).toEqual([undefined, 'b', ['lost 1']])
    put('f', pendingBytesMax)
    const waiting = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => letters.get(key)?.text)
    expect([waiting.filter((text) => text !== undefined), told]).toEqual([['f'], ['lost 1', 'lost 4']])
  })

  test('is written at the end', async () => {
    put('a')
    await letters.close()
    expect([writes, told, clock.pending]).toEqual([['a'], [], 0])
  })

  test('is told as lost when it cannot be written at the end', async () => {
    isAway = true
    put('a')
    put('b')
    await letters.close()
    expect([writes, told, clock.pending]).toEqual([[], ['failed', 'lost 2'], 0])
  })

  test('while others are being written is written at the end, after those', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    gate = promise
    put('a')
    await pass(gatherMs)
    put('b')
    const closed = letters.close()
    resolve()
    await closed
    expect(writes).toEqual(['a', 'b'])
  })
})
