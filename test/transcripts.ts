// What providers said, word for word (test/fixtures/<dialect>/<case>), and the loops that every test of a dialect needs:
// a stream's text as wire events, wire events as ours, ours as a stream.
import { expect, test } from 'bun:test'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AnswerEvent } from '../src/core/answer-event.ts'
import type { AnswerFacts, ClientCodec, ProviderCodec, WireEvent } from '../src/dialects/dialect.ts'

export interface Transcript {
  readonly name: string
  readonly request: Record<string, unknown>
  readonly events: readonly AnswerEvent[]
  /** The provider's stream; empty for a whole answer. */
  readonly stream: readonly WireEvent[]
  /** The provider's whole answer; undefined for a stream. */
  readonly whole: unknown
}

export const answerFacts: AnswerFacts = { id: 'call_1', model: 'm-1', nowSeconds: 0, wantsUsage: true }

/** Every case of a dialect, by its name. */
export function transcriptsOf(dialect: string): readonly Transcript[] {
  const root = join(import.meta.dir, 'fixtures', dialect)
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => readTranscript(join(root, name), name))
}

function readTranscript(folder: string, name: string): Transcript {
  const read = (file: string): string => {
    const path = join(folder, file)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  const whole = read('wire.json')
  return {
    name,
    request: JSON.parse(read('request.json')) as Record<string, unknown>,
    events: JSON.parse(read('events.json')) as AnswerEvent[],
    stream: [...wireEvents(read('wire.sse')), ...wireLines(read('wire.ndjson'))],
    whole: whole === '' ? undefined : JSON.parse(whole),
  }
}

/** Server-sent events as the transport finds them: comments are gone, an event without a name has an empty one. */
export function wireEvents(stream: string): WireEvent[] {
  return stream.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/)
    const data = fields(lines, 'data: ')
    return data.length === 0 ? [] : [{ name: fields(lines, 'event: ')[0] ?? '', data: data.join('\n') }]
  })
}

function fields(lines: readonly string[], start: string): readonly string[] {
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length))
}

/** Lines of JSON as the transport finds them. */
function wireLines(stream: string): WireEvent[] {
  return stream.split('\n').flatMap((line) => (line === '' ? [] : [{ name: '', data: line }]))
}

/** Values as unnamed wire events; a text stands for itself, so that it may be no JSON. */
export function wireOf(values: readonly unknown[]): WireEvent[] {
  return values.map((value) => ({
    name: '',
    data: typeof value === 'string' ? value : JSON.stringify(value),
  }))
}

export function readStream(codec: Pick<ProviderCodec, 'openReader'>, stream: readonly WireEvent[]) {
  const reader = codec.openReader()
  return stream.flatMap((event): readonly AnswerEvent[] => reader.read(event))
}

export function writeStream(
  codec: Pick<ClientCodec, 'openWriter'>,
  events: readonly AnswerEvent[],
  facts: AnswerFacts = answerFacts,
): string {
  const writer = codec.openWriter(facts)
  return events.map((event) => writer.write(event)).join('')
}

/** The events of a case, however its answer came. */
export function readCase(codec: ProviderCodec, { stream, whole }: Transcript): readonly AnswerEvent[] {
  return whole === undefined ? readStream(codec, stream) : codec.readAnswer(whole)
}

/** Each case is read as the events that stand beside it, and only a whole one has an end, as its last event. */
export function testReading(codec: ProviderCodec, cases: readonly Transcript[]): void {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(4)
  })

  for (const transcript of cases) {
    test(`${transcript.name} is read as its events`, () => {
      expect(readCase(codec, transcript)).toEqual([...transcript.events])
    })

    test(`${transcript.name} ends where it ends and nowhere else`, () => {
      const ends = transcript.events.flatMap(({ kind }, index) => (kind === 'end' ? [index] : []))
      expect([[], [transcript.events.length - 1]]).toContainEqual(ends)
    })
  }
}
