import { expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { EgressClient, EgressSink } from '../core/egress.ts'
import { getText } from './get-text.ts'

const destination = {
  origin: 'https://provider.example',
  secure: true,
  hostname: 'provider.example',
  port: 443,
  operatorAddress: false,
}
const question = { destination, path: '/models', headers: '', timeoutMs: 5_000 }
const megabyte = new Uint8Array(1024 * 1024)

/** Somebody outside who does this to each exchange, once it is under way. */
function outside(play: (sink: EgressSink, fresh: boolean) => void): EgressClient & { aborted: number } {
  const client = {
    aborted: 0,
    send: ({ fresh }: { readonly fresh: boolean }, sink: EgressSink) => {
      queueMicrotask(() => play(sink, fresh))
      return { pause: () => {}, resume: () => {}, abort: () => void (client.aborted += 1) }
    },
    connections: () => ({ active: 0, idle: 0 }),
    close: () => {},
  }
  return client
}

function answers(sink: EgressSink, ...pieces: readonly Uint8Array[]): void {
  sink.head({ status: 200, header: () => undefined })
  for (const piece of pieces) sink.data(piece)
  sink.end()
}

test('an answer is had whole, up to sixteen megabytes', async () => {
  const clock = new VirtualClock()
  const egress = outside((sink) => answers(sink, ...Array.from({ length: 16 }, () => megabyte)))
  expect((await getText(question, { egress, clock }))?.text.length).toBe(16 * 1024 * 1024)
  expect([egress.aborted, clock.pending]).toEqual([0, 0])
})

test('an answer that is larger is none, and nothing of it is waited for any more', async () => {
  const clock = new VirtualClock()
  const egress = outside((sink) => {
    sink.head({ status: 200, header: () => undefined })
    for (let piece = 0; piece < 17; piece++) sink.data(megabyte)
  })
  expect(await getText(question, { egress, clock })).toBeUndefined()
  expect(clock.pending).toBe(0)
  clock.advance(question.timeoutMs)
  expect(egress.aborted).toBe(1)
})

test('an answer that does not come in time is none', async () => {
  const clock = new VirtualClock()
  const egress = outside(() => {})
  const asked = getText(question, { egress, clock })
  clock.advance(question.timeoutMs)
  expect([await asked, egress.aborted, clock.pending]).toEqual([undefined, 1, 0])
})

test('a kept connection that had died is replaced once', async () => {
  const clock = new VirtualClock()
  const egress = outside((sink, fresh) => {
    if (fresh) answers(sink, Buffer.from('[]'))
    else sink.fail({ phase: 'head', code: 'closed', message: 'It was closed.', stale: true })
  })
  expect(await getText(question, { egress, clock })).toMatchObject({ status: 200, text: '[]' })
  expect(clock.pending).toBe(0)
})
