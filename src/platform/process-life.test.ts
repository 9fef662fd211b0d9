import { describe, expect, test } from 'bun:test'
import { isRunning, thisProcess } from './process-life.ts'

describe('isRunning', () => {
  test('sees this process', () => {
    expect(isRunning(thisProcess())).toBe(true)
  })

  test('does not take a later process with the same id for the earlier one', () => {
    expect(isRunning({ ...thisProcess(), start: '1' })).toBe(false)
  })

  test('sees that a process is gone, with and without knowing its start', async () => {
    const child = Bun.spawn(['true'])
    await child.exited
    expect(isRunning({ ...thisProcess(), pid: child.pid })).toBe(false)
    expect(isRunning({ ...thisProcess(), pid: child.pid, start: '' })).toBe(false)
  })

  test('says nothing about processes of another boot or container', () => {
    expect(isRunning({ ...thisProcess(), place: 'elsewhere' })).toBeUndefined()
  })
})
