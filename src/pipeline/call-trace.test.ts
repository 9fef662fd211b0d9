import { describe, expect, test } from 'bun:test'
import { beginTrace, note, traceComment } from './call-trace.ts'
import { CallRecord } from './settle.ts'

function called(): CallRecord {
  return new CallRecord('call_1', 'chat', { generation: 1, nowMs: 1_000 })
}

describe('a trace', () => {
  test('is not there before something is noted', () => {
    expect([called().steps, traceComment(called())]).toEqual([undefined, ''])
  })

  test('counts from the start of the call', () => {
    const record = called()
    beginTrace(record)
    note(record, { what: 'chosen', deployment: 'a/m' }, 1_012.3456)
    expect(record.steps).toEqual([{ atMs: 12.35, what: 'chosen', deployment: 'a/m' }])
  })

  test('begins with a failure where nobody asked for it', () => {
    const record = called()
    note(record, { what: 'failed' }, 1_001)
    expect([record.steps?.length, record.isTraceAsked]).toEqual([1, false])
  })

  test('does not grow without end', () => {
    const record = called()
    for (let left = 500; left > 0; left -= 1) note(record, { what: 'failed' }, 1_001)
    expect(record.steps).toHaveLength(100)
  })

  test('is one line as a comment of a stream, whatever its texts hold', () => {
    const record = called()
    note(record, { what: 'failed', why: 'a\r\n\r\ndata: evil' }, 1_001)
    const comment = traceComment(record)
    expect(comment.match(/[\r\n]+/g)).toEqual(['\n\n'])
    expect(comment).toStartWith(': sallyport trace {"call":"call_1"')
  })
})
