import { expect, test } from 'bun:test'
import { atTurnEnd } from './turn-end.ts'

function turnEnd(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

test('what is put off happens when the turn ends, in order and once', async () => {
  const told: string[] = []
  for (const name of ['a', 'b', 'c']) atTurnEnd({ turnEnds: () => told.push(name) })
  expect(told).toEqual([])
  await turnEnd()
  expect(told).toEqual(['a', 'b', 'c'])
  await turnEnd()
  expect(told).toEqual(['a', 'b', 'c'])
})

test('what is put off when a turn ends is for the next one', async () => {
  const told: string[] = []
  const second = { turnEnds: () => told.push('second') }
  atTurnEnd({
    turnEnds: () => {
      told.push('first')
      atTurnEnd(second)
    },
  })
  await turnEnd()
  expect(told).toEqual(['first'])
  await turnEnd()
  expect(told).toEqual(['first', 'second'])
})
