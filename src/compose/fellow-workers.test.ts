import { expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { FellowWorkers } from './fellow-workers.ts'
import type { ToSupervisor } from './fellow-workers.ts'

const place = { number: 2, count: 3, port: 1, adminPort: 2, isFirst: false }

function newFellows() {
  const clock = new VirtualClock()
  const said: ToSupervisor[] = []
  let hear: (message: unknown) => void = () => {}
  const link = {
    send: (message: unknown) => void said.push(message as ToSupervisor),
    onMessage: (listen: (message: unknown) => void) => {
      hear = listen
    },
    onGone: () => {},
  }
  const fellows = new FellowWorkers(link, place, clock)
  return { fellows, clock, said, hear: (message: unknown) => hear(message) }
}

test('answers belong to their question', async () => {
  const { fellows, said, hear } = newFellows()
  const [one, other] = [fellows.ask({ about: 'metrics' }), fellows.ask({ about: 'flush' })]
  expect(said).toEqual([
    { kind: 'ask', id: 1, question: { about: 'metrics' } },
    { kind: 'ask', id: 2, question: { about: 'flush' } },
  ])
  hear({ kind: 'answers', id: 2, answers: [{ worker: 1, value: true }] })
  hear({ kind: 'answers', id: 9, answers: [] })
  hear({ kind: 'answers', id: 1, answers: [] })
  expect(await Promise.all([one, other])).toEqual([[], [{ worker: 1, value: true }]])
})

test('nobody waits for a supervisor that says nothing', async () => {
  const { fellows, clock } = newFellows()
  const asked = fellows.ask({ about: 'metrics' })
  clock.advance(3_000)
  expect(await asked).toEqual([])
})

test('a question that cannot be answered is answered with nothing', async () => {
  const { fellows, said, hear } = newFellows()
  fellows.answerWith(() => {
    throw new Error('no')
  })
  hear({ kind: 'question', id: 4, question: { about: 'flush' } })
  await Bun.sleep(0)
  fellows.answerWith(() => 'yes')
  hear({ kind: 'question', id: 5, question: { about: 'flush' } })
  await Bun.sleep(0)
  hear({ kind: 'ping' })
  expect(said).toEqual([
    { kind: 'answer', id: 4, value: null },
    { kind: 'answer', id: 5, value: 'yes' },
    { kind: 'pong' },
  ])
})
