import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ChatStreamTap } from './read-stream.ts'
import { push, takenFrom } from '../../../test/tap-pieces.ts'

const role =
  'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}\n\n'
const word = (text: string): string =>
  `data: {"model":"m-1","choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}],"usage":null}\n\n`
const stop = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}\n\n'
const usage = 'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}\n\n'
const done = 'data: [DONE]\n\n'

interface Outcome {
  text: string
  done: boolean
  fault: string | undefined
  tokens: number
  chunks: number
}

function run(pieces: readonly Uint8Array[], hideUsage = true, choices = 1): Outcome {
  const tap = new ChatStreamTap({ choices, wantsUsage: !hideUsage })
  const out: Uint8Array[] = []
  for (const [index, piece] of pieces.entries()) {
    push(tap, piece, index)
    out.push(...takenFrom(tap))
  }
  const last = tap.finish()
  out.push(...takenFrom(tap))
  if (last !== undefined) out.push(last)
  return {
    text: Buffer.concat(out).toString(),
    done: tap.done,
    fault: tap.fault?.kind,
    tokens: tap.usage?.outputTokens ?? -1,
    chunks: tap.contentChunks,
  }
}

function cut(text: string, at: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text)
  const marks = [...new Set(at.map((mark) => mark % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...marks].map((mark, index, all) => bytes.subarray(mark, all[index + 1] ?? bytes.length))
}

describe('the tap on a relayed stream', () => {
  const whole = role + word('Grüße 👋') + word('b') + stop + usage + done

  test('a whole stream passes byte for byte except for the usage chunk that nobody asked for', () => {
    const outcome = run([Buffer.from(whole)])
    expect(outcome).toEqual({
      text: whole.replace(usage, ''),
      done: true,
      fault: undefined,
      tokens: 2,
      chunks: 2,
    })
  })

  test('the usage chunk passes when the client asked for it', () => {
    expect(run([Buffer.from(whole)], false).text).toBe(whole)
  })

  test('any split of a stream gives the same result, with LF, CRLF and CR', () => {
    for (const text of [whole, whole.replaceAll('\n', '\r\n'), whole.replaceAll('\n', '\r')]) {
      const expected = run([Buffer.from(`: hello\n\n${text}`)])
      expect(expected.done).toBe(true)
      fc.assert(
        fc.property(fc.array(fc.nat(2000), { maxLength: 40 }), (at) => {
          expect(run(cut(`: hello\n\n${text}`, at))).toEqual(expected)
        }),
        { numRuns: 200 },
      )
      const bytes = [...Buffer.from(`: hello\n\n${text}`)].map((byte) => Buffer.from([byte]))
      expect(run(bytes)).toEqual(expected)
    }
  })

  test('a stream cut at any byte is never complete before its finish reason', () => {
    const bytes = Buffer.from(whole)
    const finishEnd = Buffer.from(role + word('Grüße 👋') + word('b') + stop).length
    for (let at = 0; at < bytes.length; at += 1) {
      const outcome = run([bytes.subarray(0, at)])
      if (at < finishEnd - 2) expect(outcome.fault).toBe('cut')
      if (at < finishEnd - 2) expect(outcome.text).not.toContain('[DONE]')
    }
  })

  test('an end without [DONE] after every finish reason is complete and gets its [DONE]', () => {
    const outcome = run([Buffer.from(role + word('a') + stop)])
    expect(outcome.text.endsWith(done)).toBe(true)
    expect(outcome.fault).toBeUndefined()
  })

  test('one finish reason of two choices is a cut', () => {
    expect(run([Buffer.from(role + word('a') + stop)], true, 2).fault).toBe('cut')
  })

  test.each([
    ['half an object', 'data: {"choices":[\n\n'],
    ['a bare word', 'data: hello\n\n'],
    ['a finish reason in broken JSON', 'data: {"finish_reason":"stop",}\n\n'],
  ])('%s is malformed and what came before it passes', (_name, event) => {
    const outcome = run([Buffer.from(role + word('a') + event + word('b') + done)])
    expect(outcome.fault).toBe('malformed')
    expect(outcome.text).toBe(role + word('a'))
  })

  test('an error event is a fault and does not pass', () => {
    const outcome = run([Buffer.from(`${role}${word('a')}data: {"error":{"message":"x"}}\n\n`)])
    expect(outcome).toMatchObject({ fault: 'provider-error', text: role + word('a') })
  })

  test('words of an answer that look like members are not taken for members', () => {
    const text = word('"usage":{"prompt_tokens":1} "error":{"a":1} "finish_reason":"stop"')
    const outcome = run([Buffer.from(role + text)])
    expect(outcome).toMatchObject({ fault: 'cut', tokens: -1 })
  })

  test('an event that says nothing is no token, where something goes by the length that was asked for', () => {
    const choice = (members: string): string => `data: {"choices":[{"index":0,${members}}]}\n\n`
    const silent = [
      role,
      choice('"delta":{}'),
      choice('"finish_reason":null,"content_filter_results":{}'),
      choice('"delta":{"content":""},"logprobs":{"content":[]}'),
      'data: {"choices":[]}\n\n',
    ]
    const said = [
      choice('"delta":{"content" : "x"}'),
      choice('"delta":{"content":"","reasoning_content":"x"}'),
      choice('"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}'),
      choice('"delta":{"audio":{"data":"AAAA"}}'),
    ]
    const text = [word('a'), ...silent, ...said, ...silent, word('"content":"'), ...silent, stop].join('')
    for (const pieces of [[Buffer.from(text)], cut(text, [300, 500, 777])]) {
      const tap = new ChatStreamTap({ choices: 1, wantsUsage: true, isHeldToLength: true })
      for (const [index, piece] of pieces.entries()) push(tap, piece, index)
      expect(tap.contentChunks).toBe(6)
    }
  })

  test('[DONE] without an answer is a cut', () => {
    expect(run([Buffer.from(role + done)])).toMatchObject({ fault: 'cut', done: false })
  })

  test('an event over the limit is malformed', () => {
    const tap = new ChatStreamTap({ choices: 1, wantsUsage: false })
    const piece = Buffer.alloc(300_000, 'x')
    tap.push(Buffer.from('data: {"a":"'))
    for (let sent = 0; sent < 5 && tap.fault === undefined; sent += 1) tap.push(piece)
    tap.push(piece)
    expect(tap.fault).toMatchObject({ kind: 'malformed' })
  })

  test('content that shares its event with usage is shown even when usage was not asked for', () => {
    const both =
      'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n'
    expect(run([Buffer.from(both + done)]).text).toBe(both + done)
  })
})
