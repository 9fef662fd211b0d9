import { describe, expect, test } from 'bun:test'
import type { Heard } from '../asker.ts'
import { finishAt, wholeText, words } from './faulty-provider.ts'
import { judgeStream, wholeOutcome } from './judge-stream.ts'

const silence: Heard = {
  status: 200,
  header: () => undefined,
  streamed: true,
  wire: [],
  events: [],
  malformed: undefined,
  ended: 'whole',
  problem: '',
  body: '',
  tookMs: 1,
  unsaid: [],
}
const text = (said: string): string => JSON.stringify({ choices: [{ delta: { content: said } }] })
const finish = JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })
const error = JSON.stringify({ error: { message: 'It broke.' } })
const done = '[DONE]'
const heard = (lines: readonly string[], more: Partial<Heard> = {}): Heard => ({
  ...silence,
  wire: lines.map((line) => ({ atMs: 1, is: { name: '', data: line } })),
  ...more,
})
const half = text(words.slice(0, 3).join(' '))
const gap = text(words.filter((word) => word !== 'echo').join(' '))

describe('of a stream that its provider broke', () => {
  test.each<[outcome: string, at: number, heard: Heard]>([
    ['error-event', 3, heard([half, error])],
    ['error-event', 3, heard([half, error, done])],
    ['false-end', 3, heard([half, finish, done])],
    ['false-end', 3, heard([half, done])],
    ['false-end', 3, heard([half])],
    ['false-end', 3, heard([half, finish], { ended: 'cut' })],
    ['false-end', 0, heard([done])],
    ['false-end', 5, heard([gap, finish, done])],
    ['false-end', finishAt, heard([text(wholeText), finish, done])],
    ['whole', finishAt + 1, heard([text(wholeText), finish, done])],
    ['whole', 3, heard([text(wholeText), finish, done])],
    ['broken-off', 3, heard([half], { ended: 'cut' })],
    ['garbled', 3, heard([half, '{"broken'], { ended: 'cut' })],
    ['garbled', 5, heard([gap, '{"broken', finish, done])],
    ['silent', 3, heard([half], { ended: 'late' })],
    ['refused', 1, heard([], { status: 502, streamed: false })],
    ['elsewhere', 3, heard([text('Something else'), finish, done])],
    ['elsewhere', 3, heard([text('alpha bravo and so on'), finish, done])],
  ])('a client sees %s when it broke at %d', (outcome, at, seen) => {
    expect(judgeStream(seen, at)).toBe(outcome as ReturnType<typeof judgeStream>)
  })
})

describe('of a whole answer that was cut', () => {
  test.each<[outcome: string, heard: Partial<Heard>]>([
    ['refused', { status: 502, body: '{"error":{}}' }],
    ['refused', { status: 200, body: '{"error":{"message":"It broke."}}' }],
    ['broken-off', { status: 200, ended: 'cut', problem: 'the peer closed', body: '{"cho' }],
    ['broken-off', { status: 0, ended: 'cut', problem: 'the peer closed' }],
    ['silent', { status: 0, ended: 'late' }],
    ['false-end', { status: 200, body: '{"cho' }],
    ['false-end', { status: 200, body: '{"choices":[{"message":{"content":"alpha bravo"}}]}' }],
    ['elsewhere', { status: 200, body: '{"choices":[{"message":{"content":"Something else"}}]}' }],
  ])('a client sees %s of %p', (outcome, more) => {
    expect(wholeOutcome(heard([], { streamed: false, ...more }))).toBe(
      outcome as ReturnType<typeof wholeOutcome>,
    )
  })
})
