import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { featureNames, featuresOf } from './prompt-features.ts'
import type { PromptFacts } from './prompt-features.ts'

const alone: PromptFacts = { toolCount: 0, turns: 1, hasSchema: false, hasImages: false }

function ask(text: string) {
  return featuresOf([{ role: 'user', text }], alone)
}

describe('the features of a request', () => {
  test('are those of the last user text', () => {
    const texts = [
      { role: 'system', text: 'Prove everything.' },
      { role: 'user', text: 'Prove the theorem.' },
      { role: 'assistant', text: 'Here is the proof.' },
      { role: 'user', text: 'thanks' },
    ]
    expect(featuresOf(texts, alone)).toEqual(ask('thanks'))
    expect(ask('thanks').chat_words).toBe(0.5)
    expect(ask('thanks').reasoning_words).toBe(0)
  })

  test('without a user text are those of nothing', () => {
    expect(Object.values(featuresOf([], alone)).every((value) => value === 0)).toBe(true)
  })

  test('count what comes with it', () => {
    const facts = { toolCount: 4, turns: 7, hasSchema: true, hasImages: true }
    const { tools, turns, schema, images } = featuresOf([], facts)
    expect({ tools, turns, schema, images }).toEqual({ tools: 0.5, turns: 0.5, schema: 1, images: 1 })
  })

  test('hear the words of the request, before and after what it is about, and not those of the material', () => {
    const material = 'They prove and derive and design and analyse it every day. '.repeat(20)
    expect(ask(`Translate this, please.\n\n${material}`).reasoning_words).toBe(0)
    expect(ask(`${material}\n\nTranslate this, please.`).simple_words).toBe(0.5)
    expect(ask(`${material}\n\nProve all of it`).reasoning_words).toBeGreaterThan(0)
    expect(ask(`Hello,\n\nprove all of it.\n\n${material}`).reasoning_words).toBeGreaterThan(0)
  })

  test('see signs of mathematics, of code and of lists', () => {
    expect(ask('∑ x² ≤ ∫ f → \\pi').maths_signs).toBe(1)
    expect(ask('if (a[0]) { return b; }').code_signs).toBeGreaterThan(0.5)
    expect(ask('do\n- one\n- two\n  3. three').steps).toBe(0.6)
    expect(ask('12 and 345 or 6').numbers).toBe(3 / 8)
    expect(ask('Why? なぜ？').questions).toBe(2 / 3)
  })

  test('are numbers from 0 to 1 for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.nat(40), (text, toolCount) => {
        const features = featuresOf([{ role: 'user', text }], { ...alone, toolCount })
        for (const name of featureNames) {
          expect(features[name]).toBeGreaterThanOrEqual(0)
          expect(features[name]).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 100 },
    )
  })

  test.each([' ', '\n', '?', '证', '😀', 'prove ', '(', '1\n', 'a'])(
    'of megabytes of %p take no time',
    (piece) => {
      const text = piece.repeat(2_000_000 / piece.length)
      const started = performance.now()
      for (let time = 0; time < 20; time++) ask(text)
      expect(performance.now() - started).toBeLessThan(200)
    },
  )
})
