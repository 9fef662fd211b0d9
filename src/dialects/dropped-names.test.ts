import { describe, expect, test } from 'bun:test'
import { droppedNames } from './dropped-names.ts'
import { gemini } from './gemini/codec.ts'
import { openaiChat } from './openai-chat/codec.ts'

const seed = { setting: 'seed' } as const

describe('the names of what was dropped', () => {
  test('are spelled as the client spells them, each once', () => {
    const lost = [seed, { setting: 'topK' }, seed, { path: 'messages[0].name' }] as const
    expect(droppedNames(lost, ['store', 'messages[0].name'], openaiChat)).toEqual([
      'seed',
      'top_k',
      'messages[0].name',
      'store',
    ])
    expect(droppedNames(lost, [], gemini)).toContain('generationConfig.seed')
  })

  test('have our own word where the client has none', () => {
    expect(droppedNames([{ setting: 'safety' }], [], openaiChat)).toEqual(['safety'])
  })

  test('are twenty at most, and how many more', () => {
    const unplaced = Array.from({ length: 25 }, (_, index) => `m${index}`)
    const names = droppedNames([seed], unplaced, openaiChat)
    expect(names).toHaveLength(21)
    expect(names.at(-1)).toBe('6 more')
    expect(droppedNames([seed], unplaced.slice(0, 19), openaiChat)).toHaveLength(20)
  })

  test('fit into a header, whatever a client calls its members', () => {
    const [odd, long] = droppedNames([], ['a\r\nb, ü', 'x'.repeat(5000)], openaiChat)
    expect(odd).toBe('a??b???')
    expect(long).toMatch(/^x{1,120}\.\.\.$/)
  })
})
