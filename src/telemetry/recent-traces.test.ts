import { describe, expect, test } from 'bun:test'
import { CallRecord } from '../pipeline/settle.ts'
import { RecentTraces } from './recent-traces.ts'

const clock = { wallMs: () => 1_700_000_000_000 }

function called(callId: string, model = 'fast'): CallRecord {
  const record = new CallRecord(callId, 'chat', { generation: 1, nowMs: 0 })
  record.model = model
  return record
}

describe('recent traces', () => {
  test('are found by the id of their call', () => {
    const traces = new RecentTraces(clock)
    traces.keep(called('call_1'), [{ atMs: 1, what: 'failed' }])
    expect(traces.find('call_1')).toMatchObject({
      model: 'fast',
      deployment: '',
      endedAtMs: clock.wallMs(),
      steps: [{ atMs: 1, what: 'failed' }],
    })
    expect(traces.find('call_2')).toBeUndefined()
  })

  test('are a thousand at most, and the oldest go first', () => {
    const traces = new RecentTraces(clock)
    for (let number = 1; number <= 1_500; number += 1) traces.keep(called(`call_${number}`), [])
    expect([traces.size, traces.find('call_500'), traces.find('call_501')?.callId]).toEqual([
      1_000,
      undefined,
      'call_501',
    ])
  })

  test('hold no more of a name than is of use', () => {
    const traces = new RecentTraces(clock)
    traces.keep(called('call_1', 'm'.repeat(10_000)), [])
    expect(traces.find('call_1')?.model).toHaveLength(256)
  })
})
