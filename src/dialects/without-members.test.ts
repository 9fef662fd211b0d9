import { describe, expect, test } from 'bun:test'
import { gemini } from './gemini/codec.ts'
import { openaiChat } from './openai-chat/codec.ts'
import { openaiResponses } from './openai-responses/codec.ts'
import { withoutMembers } from './without-members.ts'

const written = (body: Record<string, unknown>) => ({ body, dropped: [{ path: 'x' }] })

describe('members that a deployment refuses', () => {
  test('are gone, and what they asked for is dropped', () => {
    const { body, dropped } = withoutMembers(
      written({ model: 'm', seed: 5, max_tokens: 9, stream_options: {} }),
      ['seed', 'max_tokens', 'stream_options', 'top_k', 'constructor'],
      openaiChat.spell,
    )
    expect(body).toEqual({ model: 'm' })
    expect(dropped).toEqual([{ path: 'x' }, { setting: 'maxTokens' }, { setting: 'seed' }])
  })

  test('may stand inside of others', () => {
    const config = { generationConfig: { seed: 5, topK: 3 } }
    expect(withoutMembers(written(config), ['generationConfig.seed'], gemini.spell)).toEqual({
      body: { generationConfig: { topK: 3 } },
      dropped: [{ path: 'x' }, { setting: 'seed' }],
    })
    expect(config.generationConfig.seed).toBe(5)
  })

  test('take along what stands inside of them, and no more', () => {
    const { dropped } = withoutMembers(
      written({ text: { verbosity: 'low' } }),
      ['text'],
      openaiResponses.spell,
    )
    expect(dropped).toEqual([{ path: 'x' }, { setting: 'verbosity' }])
  })

  test('that are not there change nothing', () => {
    const request = written({ model: 'm', generationConfig: 'x' })
    expect(withoutMembers(request, ['seed', 'generationConfig.seed'], gemini.spell)).toBe(request)
  })
})
