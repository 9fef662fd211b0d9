import { expect, test } from 'bun:test'
import type { Turn } from '../core/model-request.ts'
import { placedSystemTurns } from './system-turns.ts'

const turn = (role: Turn['role']): Turn => ({ role, parts: [{ kind: 'text', text: 'a' }] })
const roles = (...names: readonly Turn['role'][]) => names.map(turn)

test('the system speaks at the start alone where it has to', () => {
  const turns = roles('system', 'system', 'user', 'system', 'assistant', 'system')
  expect(placedSystemTurns(turns, { systemTurns: 'start' }).map(({ role }) => role)).toEqual([
    'system',
    'system',
    'user',
    'user',
    'assistant',
    'user',
  ])
  expect(placedSystemTurns(turns, { systemTurns: 'anywhere' })).toBe(turns)
  expect(placedSystemTurns(turns, {})).toBe(turns)
})

test('the system may speak alone', () => {
  expect(placedSystemTurns(roles('system'), { systemTurns: 'start' })).toEqual(roles('system'))
})
