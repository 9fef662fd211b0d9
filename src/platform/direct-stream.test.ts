import { expect, test } from 'bun:test'
import { directStream, lent } from './direct-stream.ts'
import type { DirectController, DirectSource } from './direct-stream.ts'

test('what is lent are the bytes asked for, however short or long they are', () => {
  const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 251))
  for (const length of [0, 1, 300, 1_024, 1_025, 4_000]) {
    for (const from of [0, 7, 1_000]) {
      const expected = bytes.subarray(from, from + length).toString('hex')
      expect(Buffer.from(lent(bytes, from, from + length)).toString('hex')).toBe(expected)
      expect(Buffer.from(lent(new Uint8Array(bytes), from, from + length)).toString('hex')).toBe(expected)
    }
  }
  expect(lent(bytes, 0, bytes.length)).toBe(bytes)
})

/** Writes parts of a memory of its own, each filled with one letter. */
class Letters implements DirectSource {
  readonly type = 'direct'
  readonly #letter: string
  readonly opened = Promise.withResolvers<undefined>()
  #controller: DirectController | undefined
  #end: () => void = () => undefined

  constructor(letter: string) {
    this.#letter = letter
  }

  pull(controller: DirectController): Promise<void> {
    this.#controller = controller
    this.opened.resolve(undefined)
    return new Promise((resolve) => {
      this.#end = resolve
    })
  }

  write(length: number): void {
    void this.#controller?.write(lent(Buffer.from(`--${this.#letter.repeat(length)}--`), 2, length + 2))
    this.#controller?.flush()
  }

  end(): void {
    this.#controller?.end()
    this.#end()
  }

  cancel(): void {}
}

test('streams that share a memory never see it: the runtime has taken what it was lent when it returns', async () => {
  const sources = ['a', 'b', 'c'].map((letter) => new Letters(letter))
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch({ url }) {
      const source = sources[Number(new URL(url).pathname.slice(1))]
      if (source === undefined) throw new Error('asked for another')
      return new Response(directStream(source))
    },
  })
  try {
    const opened = sources.map((_, index) => fetch(new URL(`/${index}`, server.url)))
    await Promise.all(sources.map((source) => source.opened.promise))
    // Nobody reads yet: most of it has to wait where the runtime has put it.
    for (let round = 0; round < 20_000; round += 1)
      for (const source of sources) source.write(1 + (round % 1_024))
    for (const source of sources) source.end()
    const texts = await Promise.all(opened.map(async (response) => (await response).text()))
    const length = Array.from({ length: 20_000 }, (_, round) => 1 + (round % 1_024)).reduce(
      (sum, one) => sum + one,
      0,
    )
    for (const [index, letter] of ['a', 'b', 'c'].entries()) {
      expect(texts[index]?.length).toBe(length)
      expect(texts[index]?.replaceAll(letter, '')).toBe('')
    }
  } finally {
    await server.stop(true)
  }
})
