import { describe, expect, test } from 'bun:test'
import type { AttemptBegin } from '../core/attempt.ts'
import { noUsage } from '../core/usage.ts'
import { crashedRecord, Pairing } from './pairing.ts'
import { beginRow } from './spool-record.ts'
import type { SpoolRecord } from './spool-record.ts'
import { unknownMoney } from './attempt-money.ts'

const usageSource = 'final' as const
const times = { status: 200, connectMs: 1, firstTokenMs: 2, totalMs: 3 }
const end = {
  ...times,
  outcome: 'ok' as const,
  reportedModel: '',
  usage: noUsage,
  usageSource,
  usageSuspect: false,
  ...unknownMoney,
}

function attempt(attemptId: string): AttemptBegin {
  const names = { callId: 'c', keyId: 'k', endpoint: 'chat', model: 'm', provider: 'p', providerModel: 'pm' }
  return {
    attemptId,
    ...names,
    stream: true,
    startedAtMs: 5,
    estimatedInputTokens: 7,
    generation: 1,
    kind: 'first',
    priceVersion: '',
  }
}

const begun = (attemptId: string): SpoolRecord => ({
  kind: 'begin',
  attemptId,
  row: beginRow(attempt(attemptId)),
})
const marked = (attemptId: string, outputTokens: number): SpoolRecord => ({
  kind: 'mark',
  attemptId,
  outputTokens,
})
const ended = (attemptId: string): SpoolRecord => ({
  kind: 'end',
  attempt: { ...attempt(attemptId), ...end },
})

describe('Pairing', () => {
  test('gives an attempt when its end comes, and has it no more', () => {
    const pairing = new Pairing()
    expect(pairing.take(begun('a'), '1')).toBeUndefined()
    expect(pairing.take(ended('a'), '1')).toEqual({ ...attempt('a'), ...end })
    expect(pairing.open()).toEqual([])
  })

  test('holds the segments of the begin and of the last mark of what is open', () => {
    const pairing = new Pairing()
    pairing.take(begun('a'), '1')
    pairing.take(marked('a', 10), '2')
    pairing.take(marked('a', 20), '3')
    expect(['1', '2', '3'].map((segment) => pairing.isHeld(segment))).toEqual([true, false, true])
    pairing.take(ended('a'), '4')
    expect(['1', '2', '3', '4'].some((segment) => pairing.isHeld(segment))).toBe(false)
  })

  test('holds the segment that facts were moved to in place of theirs', () => {
    const pairing = new Pairing()
    pairing.take(begun('a'), '1')
    pairing.take(marked('a', 10), '2')
    pairing.moveHolds('kept', (segment) => segment === '1')
    expect(['1', '2', 'kept'].map((segment) => pairing.isHeld(segment))).toEqual([false, true, true])
    pairing.take(ended('a'), '3')
    expect(pairing.isHeld('kept')).toBe(false)
  })

  test('closes what a dead process left open with the estimate and the last mark', async () => {
    const pairing = new Pairing()
    pairing.take(begun('a'), '1')
    pairing.take(marked('a', 300), '1')
    const [open] = pairing.open()
    expect(open && (await crashedRecord(open, () => Promise.resolve(undefined)))).toMatchObject({
      attemptId: 'a',
      outcome: 'crashed',
      usageSource: 'estimated',
      usage: { inputTokens: 7, outputTokens: 300 },
    })
  })
})
