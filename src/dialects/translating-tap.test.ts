import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { answerFacts, transcriptsOf } from '../../test/transcripts.ts'
import { doors, providerCodecs } from './doors.ts'
import type { ClientCodec, ProviderCodec } from './dialect.ts'
import { TranslatingTap } from './translating-tap.ts'
import { push, takenFrom } from '../../test/tap-pieces.ts'

const clients = [doors.chat, doors.responses, doors.messages, doors.generate].map(({ codec }) => codec)
const fixtures = join(import.meta.dir, '../../test/fixtures')

interface Told {
  readonly text: string
  readonly fault: string | undefined
  readonly usage: unknown
  readonly model: string
  readonly content: boolean
}

/** What a client is told of a stream that comes in pieces of these sizes, over and over. */
function told(bytes: Uint8Array, sizes: readonly number[], codecs: Codecs): Told {
  const tap = new TranslatingTap({
    provider: codecs.provider,
    reader: codecs.provider.openReader(),
    writer: codecs.client.openWriter(answerFacts),
    choices: 1,
  })
  const pieces: Uint8Array[] = []
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    push(tap, bytes.subarray(at, at + size), turn)
    pieces.push(...takenFrom(tap))
    at += size
  }
  const last = tap.finish()
  pieces.push(...takenFrom(tap))
  if (last !== undefined) pieces.push(last)
  const { fault, usage, model, content } = tap
  return { text: Buffer.concat(pieces).toString(), fault: fault?.kind, usage, model, content }
}

interface Codecs {
  readonly provider: ProviderCodec
  readonly client: ClientCodec
}

function streamsOf(dialect: string): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  return transcriptsOf(dialect).flatMap(({ name }) =>
    ['wire.sse', 'wire.ndjson']
      .map((file) => join(fixtures, dialect, name, file))
      .filter((path) => existsSync(path))
      .map((path) => ({ name, bytes: readFileSync(path) })),
  )
}

for (const provider of Object.values(providerCodecs)) {
  describe(`a stream of ${provider.name}`, () => {
    for (const { name, bytes } of streamsOf(provider.name)) {
      for (const client of clients) {
        test(`${name} is the same to a client of ${client.name} however it is cut`, () => {
          const codecs = { provider, client }
          const whole = told(bytes, [bytes.length], codecs)
          expect(told(bytes, [1], codecs)).toEqual(whole)
          fc.assert(
            fc.property(
              fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
              (sizes) => {
                expect(told(bytes, sizes, codecs)).toEqual(whole)
              },
            ),
            { numRuns: 10 },
          )
        })
      }

      test(`${name} that is cut in two never ends as if it were whole`, () => {
        for (const client of clients) {
          const codecs = { provider, client }
          const whole = told(bytes, [bytes.length], codecs)
          const half = told(bytes.subarray(0, bytes.length / 2), [bytes.length], codecs)
          if (whole.fault === undefined) expect(half.fault).toBe('cut')
          expect(whole.text.startsWith(half.text)).toBe(true)
        }
      })
    }
  })
}

test('what was counted before the beginning is less than what was seen, until the finish counts again', () => {
  const { bytes } = streamsOf('anthropic-messages').find(({ name }) => name === 'text') ?? {}
  if (bytes === undefined) throw new Error('no such transcript')
  const codecs = { provider: providerCodecs['anthropic-messages'], client: doors.chat.codec }
  const wire = Buffer.from(bytes).toString()
  const pieces = wire.split('event: content_block_delta').length - 1
  const cut = told(Buffer.from(wire.slice(0, wire.indexOf('event: content_block_stop'))), [1000], codecs)
  const counted = Number(/"output_tokens":\s*(\d+)(?![\s\S]*"output_tokens")/u.exec(wire)?.[1])
  expect(pieces).toBeGreaterThan(1)
  expect(cut.usage).toMatchObject({ outputTokens: pieces })
  expect(told(bytes, [1000], codecs).usage).toMatchObject({ outputTokens: counted })
})

describe('a stream that breaks its format', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['openai-chat', 'data: {"choices":5}\n\n'],
    ['openai-chat', 'data: nonsense\n\n'],
    ['openai-responses', 'event: response.created\ndata: []\n\n'],
    ['anthropic-messages', 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0}\n\n'],
    ['gemini', 'data: {"candidates":"none"}\r\n\r\n'],
    ['ollama', '{"message":\n'],
  ]
  test.each(bad)('of %s is a fault and shows nothing of it: %s', (dialect, stream) => {
    const provider = Object.values(providerCodecs).find(({ name }) => name === dialect)
    if (provider === undefined) throw new Error('no such dialect')
    for (const client of clients) {
      const { fault, text } = told(Buffer.from(stream), [1000], { provider, client })
      expect(fault).toBe('malformed')
      expect(text).not.toContain('nonsense')
    }
  })
})
