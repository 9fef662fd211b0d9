import { expect, spyOn, test } from 'bun:test'
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

test('a bug in one of them comes to light, and the others are told all the same', () => {
  const turns: (() => void)[] = []
  using _ = spyOn(globalThis, 'setImmediate').mockImplementation(((turn: () => void) => {
    turns.push(turn)
  }) as typeof setImmediate)
  const told: string[] = []
  const bug = {
    turnEnds: () => {
      throw new Error('a bug')
    },
  }
  for (const task of [{ turnEnds: () => told.push('a') }, bug, { turnEnds: () => told.push('b') }, bug]) {
    atTurnEnd(task)
  }
  expect(() => turns.shift()?.()).toThrow('a bug')
  expect([told, turns.length]).toEqual([['a'], 1])
  expect(() => turns.shift()?.()).toThrow('a bug')
  expect([told, turns.length]).toEqual([['a', 'b'], 0])
})
