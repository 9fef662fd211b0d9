import { expect, test } from 'bun:test'
import { answerBody, callBody, eventChunk, planIn, streamBody } from './wire.ts'

test('requests and answers have the sizes the method names, whatever the model is called', () => {
  const plan = { stream: 1, events: 20, eventsPerSecond: 100 }
  for (const model of ['bench-model', 'mock/bench-model']) {
    expect(callBody(model)).toHaveLength(540)
    expect(streamBody(model, plan)).toHaveLength(540)
  }
  expect(answerBody).toHaveLength(899)
  expect(eventChunk(999_999, 9_999_999)).toHaveLength('12c\r\n'.length + 300 + '\r\n'.length)
})

test('a plan survives the request', () => {
  const plan = { stream: 17, events: 400, eventsPerSecond: 10 }
  expect(planIn(streamBody('mock/bench-model', plan))).toEqual(plan)
  expect(planIn(callBody('bench-model'))).toBeUndefined()
})
