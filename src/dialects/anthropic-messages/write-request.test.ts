import { describe, expect, test } from 'bun:test'
import { InvalidValue } from '../../core/errors.ts'
import type { Part, Turn } from '../../core/model-request.ts'

import { assistant, hello, messages, text, write } from '../../../test/messages-requests.ts'

describe('a request that is written for the Messages API', () => {
  test('the smallest holds a bound on the tokens', () => {
    expect(write({})).toEqual({
      body: { model: 'claude-x', max_tokens: 4096, messages: [{ role: 'user', content: 'Hello' }] },
      dropped: [],
    })
  })

  test('system turns at the start become `system`, later ones user text', () => {
    const { body } = write({ turns: [text('system', 'A'), text('system', 'B'), hello, text('system', 'C')] })
    expect(body['system']).toEqual([
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ])
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hello' },
          { type: 'text', text: 'C' },
        ],
      },
    ])
  })

  test('the system is heard later by models that take it there, between the user and the model', () => {
    const turns = [
      text('system', 'A'),
      hello,
      text('system', 'B'),
      text('assistant', 'C'),
      text('system', 'D'),
      hello,
    ]
    const heard = [
      { role: 'user', content: 'Hello' },
      { role: 'system', content: 'B' },
      { role: 'assistant', content: 'C' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'D' },
          { type: 'text', text: 'Hello' },
        ],
      },
    ]
    expect(write({ turns }, { systemTurns: 'anywhere' }).body['messages']).toEqual(heard)
    expect(write({ turns }, { model: 'claude-opus-4-8' }).body['messages']).toEqual(heard)
    const { body } = write({ turns }, { model: 'claude-opus-4-8', systemTurns: 'start' })
    expect(JSON.stringify(body['messages'])).not.toContain('system')
  })

  test('a system turn that stands alone is a message', () => {
    const { body } = write({ turns: [text('system', 'A')] })
    expect(body).toMatchObject({ messages: [{ role: 'user', content: 'A' }] })
    expect(body['system']).toBeUndefined()
  })

  test('turns of one role are joined, results first, empty texts left out', () => {
    expect(
      messages([
        hello,
        assistant(
          { kind: 'text', text: '' },
          { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"a":"b"}' },
        ),
        assistant({ kind: 'tool-call', id: 'b', name: 'f', arguments: ' ' }),
        text('user', 'wait'),
        { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', parts: [{ kind: 'text', text: '1' }] }] },
        { role: 'tool', parts: [{ kind: 'tool-result', callId: 'b', parts: [], isError: true }] },
      ]),
    ).toEqual([
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'f', input: { a: 'b' } },
          { type: 'tool_use', id: 'b', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '1' },
          { type: 'tool_result', tool_use_id: 'b', is_error: true },
          { type: 'text', text: 'wait' },
        ],
      },
    ])
  })

  test('an answer that the client began ends without white space', () => {
    expect(messages([hello, text('assistant', 'The answer is \n')])).toMatchObject([
      {},
      { content: 'The answer is' },
    ])
    expect(messages([hello, text('assistant', ' \n')])).toHaveLength(1)
  })

  test('arguments that are no object are refused with their path', () => {
    const turns = [
      hello,
      assistant({ kind: 'tool-call', id: 'a', name: 'f', arguments: '[1]', argumentsPath: 'x.y' }),
    ]
    expect(() => write({ turns })).toThrow(InvalidValue)
    expect(() => write({ turns })).toThrow('x.y')
  })

  test('arguments that are nested too deep are refused', () => {
    const nested = (levels: number): Turn[] => {
      const inner = `${'['.repeat(levels)}${']'.repeat(levels)}`
      return [assistant({ kind: 'tool-call', id: 'a', name: 'f', arguments: `{"a":${inner}}` })]
    }
    expect(() => write({ turns: nested(63) })).not.toThrow()
    expect(() => write({ turns: nested(64) })).toThrow(InvalidValue)
    expect(() => write({ turns: nested(200_000) })).toThrow(InvalidValue)
  })

  test('ids that this API refuses are changed alike in call and result', () => {
    const result = (callId: string): Turn => ({
      role: 'tool',
      parts: [{ kind: 'tool-result', callId, parts: [] }],
    })
    expect(
      messages([
        assistant(
          { kind: 'tool-call', id: 'f:0', name: 'f', arguments: '' },
          { kind: 'tool-call', id: 'f_0', name: 'f', arguments: '' },
        ),
        result('f:0'),
        result('f_0'),
      ]),
    ).toMatchObject([
      { content: [{ id: 'f_0_2' }, { id: 'f_0' }] },
      { content: [{ tool_use_id: 'f_0_2' }, { tool_use_id: 'f_0' }] },
    ])
  })

  test('thoughts go back only to those who sealed them', () => {
    const { body, dropped } = write({
      turns: [
        hello,
        assistant(
          { kind: 'reasoning', text: 'mine', seal: 's', from: 'anthropic-messages' },
          { kind: 'reasoning', text: '', seal: 'd', redacted: true, from: 'anthropic-messages' },
          { kind: 'reasoning', text: 'unsealed', from: 'anthropic-messages' },
          { kind: 'reasoning', text: 'theirs', seal: 's', from: 'gemini' },
          { kind: 'reasoning', text: '', seal: 's', from: 'gemini' },
          { kind: 'text', text: 'x' },
        ),
      ],
    })
    expect(body['messages']).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 'mine', signature: 's' },
          { type: 'redacted_thinking', data: 'd' },
          { type: 'text' },
        ],
      },
    ])
    expect(dropped).toEqual([{ path: 'messages[1].content[2]' }, { path: 'messages[1].content[3]' }])
  })

  test('media that this API cannot see are named', () => {
    const file = (mediaType: string): Part => ({
      kind: 'file',
      source: { kind: 'inline', mediaType, base64: 'YQ==' },
    })
    const { body, dropped } = write({
      turns: [
        {
          role: 'user',
          parts: [
            { kind: 'audio', source: { kind: 'inline', mediaType: 'audio/wav', base64: 'AAAA' } },
            file('application/zip'),
            file('text/markdown'),
            file('image/png'),
            { kind: 'image', source: { kind: 'url', url: 'https://a/b.png' }, detail: 'high' },
          ],
        },
      ],
    })
    expect(body['messages']).toMatchObject([
      {
        content: [
          { type: 'document', source: { type: 'text', data: 'a' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/png' } },
          { type: 'image', source: { type: 'url', url: 'https://a/b.png' } },
        ],
      },
    ])
    expect(dropped).toEqual([
      { path: 'messages[0].content[0]' },
      { path: 'messages[0].content[1]' },
      { path: 'messages[0].content[4].detail' },
    ])
  })
})
