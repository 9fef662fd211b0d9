import { describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import type { AnswerHead } from '../core/answer.ts'
import { CallRecord } from '../pipeline/settle.ts'
import { GoodAnswerHeaders } from './answer-headers.ts'
import type { LimitHeaders } from './answer-headers.ts'

const deployment = chatDeployment({
  passHeaders: ['x-request-id', 'retry-after', 'x-ratelimit-remaining-requests'],
})

function recordOf(callId: string, model = 'm'): CallRecord {
  const record = new CallRecord(callId, 'chat', { generation: 1, nowMs: 0 })
  return Object.assign(record, { model, attempts: 1, deployment })
}

function headOf(headers: Readonly<Record<string, string>>): AnswerHead {
  return { header: (name) => headers[name] }
}

const look = { form: 'whole', timing: 'total;dur=1', limits: [] } as const

/** What an answer carries, as the runtime copies it. */
function sent(headers: Headers): Record<string, string> {
  return Object.fromEntries(new Response('', { headers }).headers)
}

describe('the headers of good answers', () => {
  test('hold what the provider sent with this answer, and nothing of the answer before', () => {
    const shared = new GoodAnswerHeaders()
    const first = sent(
      shared.of(recordOf('call_1'), headOf({ 'x-request-id': 'p1', 'retry-after': '5' }), look),
    )
    const second = sent(
      shared.of(recordOf('call_2'), headOf({ 'x-ratelimit-remaining-requests': '7' }), look),
    )
    expect(first).toMatchObject({
      'x-request-id': 'call_1',
      'x-sallyport-provider-request-id': 'p1',
      'retry-after': '5',
    })
    expect(second).toEqual({
      'content-type': 'application/json',
      'server-timing': 'total;dur=1',
      'x-ratelimit-remaining-requests': '7',
      'x-request-id': 'call_2',
      'x-sallyport-attempts': '1',
      'x-sallyport-config': '1',
      'x-sallyport-cost': '0',
      'x-sallyport-deployment': 'sim/m',
      'x-sallyport-model': 'm',
    })
  })

  test('hold what is left of this caller’s limits, and nothing of another’s', () => {
    const shared = new GoodAnswerHeaders()
    const limitsIn = (limits: LimitHeaders, passed: Readonly<Record<string, string>> = {}): unknown => {
      const headers = sent(shared.of(recordOf('call_1'), headOf(passed), { ...look, limits }))
      return Object.fromEntries(Object.entries(headers).filter(([name]) => name.includes('ratelimit')))
    }
    const remaining = 'x-ratelimit-remaining-requests'
    expect(limitsIn([remaining, '4'])).toEqual({ [remaining]: '4' })
    expect(limitsIn([])).toEqual({})
    expect(limitsIn([remaining, '4'])).toEqual({ [remaining]: '4' })
    expect(limitsIn([remaining, '3'])).toEqual({ [remaining]: '3' })
    expect(limitsIn(['ratelimit', 'r=1'])).toEqual({ ratelimit: 'r=1' })
    // A provider's own word goes under ours, and is gone with its answer.
    expect(limitsIn([remaining, '2'], { [remaining]: '900' })).toEqual({ [remaining]: '2' })
    expect(limitsIn([remaining, '2'], { [remaining]: '899' })).toEqual({ [remaining]: '2' })
    expect(limitsIn([remaining, '2'])).toEqual({ [remaining]: '2' })
    expect(limitsIn([remaining, '2'], { [remaining]: '897' })).toEqual({ [remaining]: '2' })
    expect(limitsIn([], { [remaining]: '898' })).toEqual({ [remaining]: '898' })
    expect(limitsIn([])).toEqual({})
  })

  test('tell what a whole answer costs its client, where the price is known', () => {
    const shared = new GoodAnswerHeaders()
    const costOf = (
      chargedNanoDollars: number | null,
      form: 'whole' | 'stream' = 'whole',
    ): string | undefined => {
      const record = recordOf('call_1')
      record.chargedNanoDollars = chargedNanoDollars
      return sent(shared.of(record, headOf({}), { ...look, form }))['x-sallyport-cost']
    }
    expect([costOf(12_345), costOf(null), costOf(7), costOf(7, 'stream')]).toEqual([
      '0.000012345',
      undefined,
      '0.000000007',
      undefined,
    ])
  })

  test('begin anew where the model, the form or the knowledge of who answers is another', () => {
    const shared = new GoodAnswerHeaders()
    shared.of(recordOf('call_1'), headOf({ 'retry-after': '5' }), look)
    const other = sent(shared.of(recordOf('call_2', 'größer'), headOf({}), look))
    expect([other['x-sallyport-model'], other['retry-after']]).toEqual(['gr%C3%B6%C3%9Fer', undefined])
    const open = sent(shared.of(recordOf('call_3'), undefined, { ...look, form: 'stream' }))
    expect(open['x-sallyport-deployment']).toBeUndefined()
    expect(open).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
  })
})
