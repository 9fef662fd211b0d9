import { describe, expect, test } from 'bun:test'
import { EventTap } from './event-tap.ts'
import type { EventReader } from './event-tap.ts'
import type { SseEvent } from './sse-event.ts'
import { takenFrom } from '../../test/tap-pieces.ts'

/** Notes each event as `kind text`; the kind `last` is the end, and `bad` cannot be read. */
function reader(seen: string[]): EventReader {
  return {
    read(event: SseEvent, notes) {
      const kind = event.kind()
      seen.push(`${kind} ${event.text()}`)
      if (kind === 'bad') throw new Error('secret')
      notes.content = true
      notes.done = kind === 'last'
    },
    isWhole: () => false,
    usage: () => undefined,
  }
}

function run(text: string): { tap: EventTap; seen: readonly string[]; passed: string } {
  const seen: string[] = []
  const tap = new EventTap(reader(seen))
  tap.push(Buffer.from(text))
  tap.finish()
  return { tap, seen, passed: Buffer.concat(takenFrom(tap)).toString() }
}

describe('the kind of an event', () => {
  test.each([
    ['its type, where that stands first', 'data: {"type":"a","b":1}\n\n', 'a'],
    ['its type, with spaces around it', 'data:  { "type" : "a" , "b":1}  \n\n', 'a'],
    ['its type, where that stands later', 'data: {"b":{"type":"x"},"type":"a"}\n\n', 'a'],
    ['its type behind an escape', String.raw`data: {"type":"\u0061"}` + '\n\n', 'a'],
    ['its type rather than its name', 'event: x\ndata: {"type":"a"}\n\n', 'a'],
    ['its name, where it has no type', 'event: a\ndata: {"b":1}\n\n', 'a'],
    ['its name, where the type is no text', 'event: a\ndata: {"type":5}\n\n', 'a'],
    ['an error, where its name says so', 'event: error\ndata: {"type":"a"}\n\n', 'error'],
    ['an error, where it holds one', 'event: a\ndata: {"error":{"message":"x"}}\n\n', 'error'],
    ['of several lines of data', 'data: {"type":\ndata: "a"}\n\n', 'a'],
    ['none, where nobody says any', 'data: {"b":1}\n\n', ''],
    ['its long type', `data: {"type":"${'a'.repeat(300)}"}\n\n`, 'a'.repeat(300)],
  ])('is %s', (_name, text, kind) => {
    const { seen, passed } = run(text)
    expect(seen.map((entry) => entry.split(' ')[0] ?? '')).toEqual([kind])
    expect(passed).toBe(text)
  })

  test('is its own, whatever the last one was', () => {
    const kinds = ['a', 'a', 'ab', 'a', 'b', '', 'a', 'ab', 'ab', 'A']
    const { seen } = run(kinds.map((kind) => `data: {"type":"${kind}","b":"a"}\n\n`).join(''))
    expect(seen.map((entry) => entry.split(' ')[0] ?? '')).toEqual(kinds)
  })

  test.each([
    ['comments', ': data: {"type":"a"}\n\n'],
    ['names without data', 'event: a\n\n'],
    ['empty data', 'event: a\ndata:\n\n'],
    ['the last word of the chat dialect', 'data: [DONE]\n\n'],
    ['fields that nobody knows', 'dataset: {"type":"a"}\nevents: b\nx\n\n'],
  ])('is not asked of %s, and they pass', (_name, text) => {
    expect(run(text)).toMatchObject({ seen: [], passed: text })
  })
})

describe('a tap on events', () => {
  test('stops at an event that cannot be read, without its words', () => {
    const { tap, passed } = run('data: {"type":"a"}\n\ndata: {"type":"bad"}\n\ndata: {"type":"b"}\n\n')
    expect(passed).toBe('data: {"type":"a"}\n\n')
    expect(tap.fault?.kind).toBe('malformed')
    expect(tap.fault?.detail).not.toContain('secret')
  })

  test.each(['data: hello\n\n', 'data: {"type":"a"\n\n', 'data: [1]\n\n', 'data: {"type":"a}\n\n'])(
    'takes %j for malformed',
    (text) => {
      expect(run(`data: {"type":"a"}\n\n${text}`)).toMatchObject({ passed: 'data: {"type":"a"}\n\n' })
      expect(run(text).tap.fault?.kind).toBe('malformed')
    },
  )

  test('lets nothing pass after the last event', () => {
    const { tap, passed, seen } = run('data: {"type":"last"}\n\ndata: {"type":"a"}\n\n')
    expect({ done: tap.done, passed, seen: seen.length }).toEqual({
      done: true,
      passed: 'data: {"type":"last"}\n\n',
      seen: 1,
    })
  })

  test('completes a last event that lacks its blank line, and passes over half of one', () => {
    expect(run('data: {"type":"last"}').tap.done).toBe(true)
    expect(run('data: {"type":"last"}').passed).toBe('data: {"type":"last"}\n\n')
    const half = run('data: {"type":"a"}\n\ndata: {"type":"last","text":"{}')
    expect(half.tap).toMatchObject({ done: false, fault: { kind: 'cut' } })
    expect(run('data: {"type":"last","x":[}').tap).toMatchObject({ done: false, fault: { kind: 'cut' } })
  })

  test.each([
    ['alone', '{"error":{"code":503}}\n\n'],
    ['over several lines', '{\n "error": {\n  "code": 503\n }\n}\n\n'],
    ['in a list', '[{"error":{"code":503}}]\n\n'],
    ['without an end', '{"error":{"code":503}}'],
  ])('finds an error that is no event, %s', (_name, text) => {
    const { tap, passed } = run(`data: {"type":"a"}\n\n${text}`)
    expect(tap.fault).toMatchObject({ kind: 'provider-error', error: { code: 503 } })
    expect(passed).toBe('data: {"type":"a"}\n\n')
  })

  test('lets other text pass that is no event', () => {
    expect(run('{"hello":1}\n\n{broken\n\n').passed).toBe('{"hello":1}\n\n{broken\n\n')
  })

  test('takes events up to the limit and none above it, in one piece or in many', () => {
    const max = 100_000
    const frame = 'data: {"type":"last","x":""}\n\n'.length
    for (const [over, fault] of [
      [0, undefined],
      [1, 'malformed'],
    ] as const) {
      const text = `data: {"type":"last","x":"${'y'.repeat(max - frame + over)}"}\n\n`
      const bytes = Buffer.from(text)
      for (const size of [bytes.length, 10_000, 333]) {
        const tap = new EventTap(reader([]), max)
        for (let at = 0; at < bytes.length; at += size) tap.push(bytes.subarray(at, at + size))
        tap.finish()
        expect({ fault: tap.fault?.kind, done: tap.done }).toEqual({ fault, done: fault === undefined })
      }
    }
  })
})
