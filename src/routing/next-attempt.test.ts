import { describe, expect, test } from 'bun:test'
import { nextAttempt } from './next-attempt.ts'

const state = { deployments: 5, last: 0, lastWasFresh: false, contentSent: false }
const failed = { stale: false, elsewhere: true }

describe('after a failed attempt', () => {
  test('the next deployment is tried', () => {
    expect(nextAttempt(state, failed)).toEqual({ kind: 'move', index: 1 })
  })

  test('the third is the last, however many there are', () => {
    expect(nextAttempt({ ...state, last: 1 }, failed)).toEqual({ kind: 'move', index: 2 })
    expect(nextAttempt({ ...state, last: 2 }, failed)).toEqual({ kind: 'give-up' })
  })

  test('nothing is tried when there is no other deployment', () => {
    expect(nextAttempt({ ...state, deployments: 1 }, failed)).toEqual({ kind: 'give-up' })
  })

  test('nothing is tried once content has been sent', () => {
    expect(nextAttempt({ ...state, contentSent: true }, { ...failed, stale: true })).toEqual({
      kind: 'give-up',
    })
  })

  test('nothing is tried when the request itself is at fault', () => {
    expect(nextAttempt(state, { ...failed, elsewhere: false })).toEqual({ kind: 'give-up' })
  })

  test('a stale connection gets one fresh try on the same deployment, then the next deployment', () => {
    expect(nextAttempt(state, { ...failed, stale: true })).toEqual({ kind: 'fresh' })
    expect(nextAttempt({ ...state, lastWasFresh: true }, { ...failed, stale: true })).toEqual({
      kind: 'move',
      index: 1,
    })
  })
})
