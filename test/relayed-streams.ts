// The loops that the relay of every dialect needs: each recorded stream through its tap, in pieces of any size, cut off
// anywhere, and with bytes that nobody would send.
import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { AnswerEvent } from '../src/core/answer-event.ts'
import { billedAs } from '../src/core/usage.ts'
import type { Usage } from '../src/core/usage.ts'
import type { ProviderCodec } from '../src/dialects/dialect.ts'
import type { Relay } from '../src/dialects/relay.ts'
import type { StreamFault } from '../src/dialects/stream-tap.ts'
import { readStream, wireEvents } from './transcripts.ts'
import { push, takenFrom } from './tap-pieces.ts'

/** What came of a stream. */
export interface Tapped {
  readonly text: string
  readonly done: boolean
  readonly content: boolean
  readonly fault: StreamFault['kind'] | undefined
  readonly error: unknown
  readonly usage: Usage | undefined
  readonly model: string
  readonly chunks: number
}

/** A stream through a relay's tap, in these pieces. */
export function tapped(relay: Relay, stream: readonly Uint8Array[]): Tapped {
  const tap = relay.openTap({ choices: 1, wantsUsage: true })
  const passed: Uint8Array[] = []
  for (const [index, piece] of stream.entries()) {
    push(tap, piece, index)
    // What lies in `ready` belongs to the reader: the tap must not write to it again.
    passed.push(...takenFrom(tap))
  }
  const last = tap.finish()
  passed.push(...takenFrom(tap), ...(last === undefined ? [] : [last]))
  return {
    text: Buffer.concat(passed).toString(),
    done: tap.done,
    content: tap.content,
    fault: tap.fault?.kind,
    error: tap.fault?.error,
    usage: tap.usage,
    model: tap.model,
    chunks: tap.contentChunks,
  }
}

export function tappedText(relay: Relay, text: string): Tapped {
  return tapped(relay, [Buffer.from(text)])
}

/** A copy of the bytes in pieces of these sizes, over and over. */
function pieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = []
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    found.push(bytes.slice(at, at + size))
    at += size
  }
  return found
}

interface RecordedStream {
  readonly name: string
  readonly text: string
}

/** The streams of a dialect's cases, and each of them with what the standard allows and nobody reads. */
function streamsOf(dialect: string): readonly RecordedStream[] {
  const root = join(import.meta.dir, 'fixtures', dialect)
  return readdirSync(root)
    .map((name) => ({ name, path: join(root, name, 'wire.sse') }))
    .filter(({ path }) => existsSync(path))
    .map(({ name, path }) => ({ name, text: readFileSync(path, 'utf8') }))
}

const noise = ': a comment\n\nid: 7\nretry: 10\n\nevent: x.new\ndata: {"type":"x.new","a":[1.0,"é"]}\n\n'

/** Everything that holds for each stream of a dialect. */
export function testRelayedStreams(relay: Relay, codec: ProviderCodec): void {
  for (const { name, text } of streamsOf(codec.name)) {
    describe(`the relayed stream ${name}`, () => {
      const usual = tappedText(relay, text)

      test('passes byte for byte up to its end or its error', () => {
        const first = wireEvents(text).findIndex(({ data }) => isError(data))
        if (first === -1) expect(usual.text).toBe(text)
        else expect(usual.text).toBe(text.slice(0, startOfEvent(text, first)))
        expect(usual.fault === 'provider-error').toBe(first !== -1)
      })

      test('is counted as a translation would count it', () => {
        const events = readStream(codec, wireEvents(text))
        const usage = events.findLast(({ kind }) => kind === 'usage')
        if (usual.done) expect(usual.usage).toEqual(billed(events, usage))
        const start = events.find(({ kind }) => kind === 'start')
        expect(usual.model).toBe((start?.kind === 'start' ? start.model : undefined) ?? '')
      })

      const noisy = noise + text.replaceAll('\r', '').replaceAll('\n\n', `\n\n${noise}`)
      for (const [ending, whole] of [
        ['LF', noisy],
        ['CRLF', noisy.replaceAll('\n', '\r\n')],
        ['CR', noisy.replaceAll('\n', '\r')],
      ] as const) {
        test(`is the same in pieces of any size, with ${ending} and what nobody knows between its events`, () => {
          const bytes = Buffer.from(whole)
          const expected = tapped(relay, [bytes])
          expect(whole.startsWith(expected.text.trimEnd())).toBe(true)
          expect(expected).toMatchObject({ ...usual, text: expect.any(String) })
          expect(tapped(relay, pieces(bytes, [1]))).toEqual(expected)
          fc.assert(
            fc.property(
              fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 }),
              (sizes) => {
                expect(tapped(relay, pieces(bytes, sizes))).toEqual(expected)
              },
            ),
            { numRuns: 10 },
          )
        })
      }

      test('that is cut off anywhere passes its whole events and never ends well too early', () => {
        const bytes = Buffer.from(text)
        for (let at = 0; at < bytes.length - 5; at += 7) {
          const { text: passed, fault } = tapped(relay, [bytes.subarray(0, at)])
          expect(text.startsWith(passed.trimEnd())).toBe(true)
          expect(fault).toBeOneOf(['cut', 'provider-error'])
        }
      })

      test('that is spoiled never throws, and what passes of it is what came', () => {
        fc.assert(
          fc.property(spoilings, fc.integer({ min: 1, max: 300 }), (changes, size) => {
            const bytes = spoiled(Buffer.from(text), changes)
            const { text: passed } = tapped(relay, pieces(bytes, [size]))
            expect(bytes.toString().startsWith(passed.trimEnd())).toBe(true)
          }),
          { numRuns: 40 },
        )
      })
    })
  }
}

type Spoiling = readonly [place: number, byte: number]
const spoilings = fc.array(
  fc.tuple(fc.nat(5000), fc.constantFrom(0, 10, 13, 34, 58, 91, 92, 123, 125, 255)),
  {
    minLength: 1,
    maxLength: 12,
  },
)

function spoiled(bytes: Buffer, changes: readonly Spoiling[]): Buffer {
  for (const [place, byte] of changes) bytes[place % bytes.length] = byte
  return bytes
}

function isError(text: string): boolean {
  const event = JSON.parse(text) as Record<string, unknown>
  return event['type'] === 'error' || event['type'] === 'response.failed' || 'error' in event
}

function startOfEvent(text: string, index: number): number {
  const ends = [...text.matchAll(/\r?\n\r?\n/g)].map((found) => found.index + found[0].length)
  return ends[index - 1] ?? 0
}

/** The counts of an event, billed as what the answer says it is. */
function billed(events: readonly AnswerEvent[], usage: AnswerEvent | undefined): Usage | undefined {
  if (usage?.kind !== 'usage') return undefined
  const start = events.find((event) => event.kind === 'start')
  return billedAs(usage.usage, usage.serviceTier ?? start?.serviceTier)
}
