import { describe, expect, test } from 'bun:test'
import { defaultHealthSettings } from './health-settings.ts'
import { Speed } from './speed.ts'
import { Suspicion } from './suspicion.ts'

describe('a suspicion', () => {
  test('arises when ten streams wait for a second where answers are fast', () => {
    const suspicion = made(100)
    wait(suspicion, 10, 0)
    expect(suspicion.isSuspect(999)).toBe(false)
    expect(suspicion.isSuspect(1_000)).toBe(true)
  })

  test('does not arise while nine wait', () => {
    const suspicion = made(100)
    wait(suspicion, 9, 0)
    expect(suspicion.isSuspect(60_000)).toBe(false)
    suspicion.wait(60_000)
    expect(suspicion.isSuspect(60_000)).toBe(true)
  })

  test('waits for four times the slowest of a hundred first contents', () => {
    const suspicion = made(1_000)
    wait(suspicion, 10, 0)
    expect(suspicion.isSuspect(3_800)).toBe(false)
    expect(suspicion.isSuspect(4_200)).toBe(true)
  })

  test('waits for five seconds where too few samples tell what is usual', () => {
    const suspicion = made(100, 19)
    wait(suspicion, 10, 0)
    expect(suspicion.isSuspect(4_999)).toBe(false)
    expect(suspicion.isSuspect(5_000)).toBe(true)
  })

  test('counts from the last first content, and from the first call that waits', () => {
    const suspicion = made(100)
    wait(suspicion, 11, 50_000)
    expect(suspicion.isSuspect(50_500)).toBe(false)
    suspicion.leave(50_500)
    suspicion.content(50_500)
    expect(suspicion.isSuspect(51_400)).toBe(false)
    expect(suspicion.isSuspect(51_500)).toBe(true)
  })

  test('is cleared by content', () => {
    const suspicion = made(100)
    wait(suspicion, 10, 0)
    expect(suspicion.isSuspect(2_000)).toBe(true)
    suspicion.content(2_000)
    expect(suspicion.isSuspect(2_000)).toBe(false)
  })

  test('stays when fewer wait, and lapses when none has for half a minute', () => {
    const suspicion = made(100)
    wait(suspicion, 10, 0)
    expect(suspicion.isSuspect(2_000)).toBe(true)
    for (let call = 0; call < 10; call += 1) suspicion.leave(3_000)
    expect(suspicion.isSuspect(32_999)).toBe(true)
    expect(suspicion.isSuspect(33_000)).toBe(false)
  })
})

function made(firstTokenMs: number, samples = 20): Suspicion {
  const speed = new Speed()
  for (let sample = 0; sample < samples; sample += 1) speed.firstContent(firstTokenMs, 0)
  return new Suspicion(defaultHealthSettings.suspicion, speed)
}

function wait(suspicion: Suspicion, calls: number, nowMs: number): void {
  for (let call = 0; call < calls; call += 1) suspicion.wait(nowMs)
}

describe('what others say', () => {
  test('makes a deployment suspect for as long as they say, and half a minute at most', () => {
    const suspicion = made(100)
    suspicion.hear(1_000, 5_000)
    expect([5_999, 6_000].map((nowMs) => suspicion.isSuspect(nowMs))).toEqual([true, false])
    suspicion.hear(61_000, 300_000)
    expect([90_999, 91_000].map((nowMs) => suspicion.isSuspect(nowMs))).toEqual([true, false])
  })

  test('is not listened to again for a minute, however often they say it', () => {
    const suspicion = made(100)
    for (let second = 0; second < 60; second++) suspicion.hear(second * 1_000, 30_000)
    expect([29_999, 30_000, 59_999].map((nowMs) => suspicion.isSuspect(nowMs))).toEqual([true, false, false])
    suspicion.hear(60_000, 30_000)
    expect(suspicion.isSuspect(60_000)).toBe(true)
  })

  test('is worth less than content that comes here', () => {
    const suspicion = made(100)
    suspicion.hear(0, 30_000)
    suspicion.content(10)
    expect(suspicion.isSuspect(10)).toBe(false)
    suspicion.hear(20, 30_000)
    expect(suspicion.isSuspect(20)).toBe(false)
  })
})
