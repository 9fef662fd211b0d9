import { describe, expect, test } from 'bun:test'
import { noUsage } from '../core/usage.ts'
import { PromptCacheMemory } from './prompt-cache-memory.ts'

const whose = 'default\nfast'

/** A conversation of so many letters, as a client writes it. */
function conversation(letters: number, before = '{"model":"fast",'): Uint8Array {
  const text = Array.from(
    { length: letters / 10 },
    (_, index) => `word${String(index).padStart(6, '0')}`,
  ).join('')
  return Buffer.from(`${before}"messages":[{"role":"user","content":"${text}"}]}`)
}

function counted(inputTokens: number, cachedInputTokens = 0) {
  return { usage: { ...noUsage, inputTokens, cachedInputTokens }, usageSource: 'final' } as const
}

/** What is thought to be cached where for a body. */
function thought(memory: PromptCacheMemory, body: Uint8Array, nowMs = 0): string {
  const cachedOn = memory.recall(body, whose, nowMs)?.cachedOn
  return cachedOn === undefined ? '' : [...cachedOn].map(([name, tokens]) => `${name} ${tokens}`).join()
}

describe('H2 who has seen a prompt', () => {
  test('probably has all of it when it goes on, for five minutes', () => {
    const memory = new PromptCacheMemory()
    memory.recall(conversation(20_000), whose, 0)?.answeredBy('a/m', counted(5_000), 1_000)
    expect(thought(memory, conversation(40_000), 1_001)).toBe('a/m 5000')
    expect(thought(memory, conversation(40_000), 300_999)).toBe('a/m 5000')
    expect(thought(memory, conversation(40_000), 301_000)).toBe('')
  })

  test('has only the part that is the same where the prompts differ later', () => {
    const memory = new PromptCacheMemory()
    const [one, other] = [conversation(20_000), conversation(20_000)]
    other.set(Buffer.from('OTHER'), 9_000)
    memory.recall(one, whose, 0)?.answeredBy('a/m', counted(5_000), 0)
    const part = Number(thought(memory, other).split(' ')[1])
    expect(part).toBeGreaterThan(1_900)
    expect(part).toBeLessThan(2_300)
  })

  test('is another for another prompt, tenant or model', () => {
    const memory = new PromptCacheMemory()
    const body = conversation(5_000)
    memory.recall(body, whose, 0)?.answeredBy('a/m', counted(1_000), 0)
    expect(memory.recall(body, 'other\nfast', 0)?.cachedOn).toBeUndefined()
    expect(memory.recall(body, 'default\nslow', 0)?.cachedOn).toBeUndefined()
    const changed = Uint8Array.from(body)
    changed[100] = 65
    expect(thought(memory, changed)).toBe('')
  })

  test('is not changed by settings that stand before the prompt', () => {
    const memory = new PromptCacheMemory()
    memory.recall(conversation(5_000), whose, 0)?.answeredBy('a/m', counted(1_000), 0)
    const other = conversation(5_000, '{"temperature":0.7,"stream":true,"model":"fast",')
    expect(thought(memory, other)).toStartWith('a/m ')
  })

  test('has nothing where it was thought to have it and counted nothing, until it does', () => {
    const memory = new PromptCacheMemory()
    const body = conversation(5_000)
    memory.recall(body, whose, 0)?.answeredBy('a/m', counted(1_000), 0)
    memory.recall(body, whose, 0)?.answeredBy('a/m', counted(1_000, 0), 0)
    expect(thought(memory, body)).toBe('a/m 0')
    memory.recall(body, whose, 0)?.answeredBy('a/m', counted(1_000, 900), 0)
    expect(thought(memory, body)).toBe('a/m 1000')
  })

  test('is the one who answered last, so a failover counts the loss', () => {
    const memory = new PromptCacheMemory()
    const body = conversation(5_000)
    memory.recall(body, whose, 0)?.answeredBy('a/m', counted(1_000), 0)
    memory.recall(body, whose, 0)?.answeredBy('b/m', counted(1_000), 0)
    expect(thought(memory, body)).toBe('b/m 1000')
  })

  test('is not asked about prompts that no provider caches', () => {
    expect(new PromptCacheMemory().recall(conversation(500), whose, 0)).toBeUndefined()
    expect(new PromptCacheMemory().recall(new Uint8Array(), whose, 0)).toBeUndefined()
  })

  test('is forgotten in the order in which it was seen when there is too much of it', () => {
    const memory = new PromptCacheMemory()
    const nth = (index: number) => conversation(1_100, `{"input":"${index}",`)
    for (let index = 0; index < 11_000; index++) {
      memory.recall(nth(index), whose, 0)?.answeredBy('a/m', counted(300), 0)
    }
    expect(memory.size).toBe(10_000)
    expect(thought(memory, nth(0))).toBe('')
    expect(thought(memory, nth(10_999))).toStartWith('a/m ')
  })
})
