// The score of a prompt, and how well it tells hard prompts from easy ones that it was not fitted to.
import { describe, expect, test } from 'bun:test'
import { featuresOfPrompt, labelledPrompts } from '../../../scripts/classifier/labelled-prompts.ts'
import { accuracy, areaUnderCurve } from '../../../scripts/classifier/logistic-regression.ts'
import { featureNames, featuresOf } from './prompt-features.ts'
import { scorePrompt } from './score-prompt.ts'

const prompts = labelledPrompts()
const scored = prompts
  .filter(({ heldOut }) => heldOut)
  .map((prompt) => ({ score: scorePrompt(featuresOfPrompt(prompt)).score, hard: prompt.hard }))

function scoreOf(text: string): number {
  const facts = { toolCount: 0, turns: 1, hasSchema: false, hasImages: false }
  return scorePrompt(featuresOf([{ role: 'user', text }], facts)).score
}

describe('the score', () => {
  test('is low for what is easy and high for what is hard, at any length and in several languages', () => {
    expect(scoreOf('Hello!')).toBeLessThan(0.3)
    expect(scoreOf('Was ist die Hauptstadt von Finnland?')).toBeLessThan(0.5)
    expect(scoreOf(`Summarise this:\n\n${'The harbour was quiet that day. '.repeat(300)}`)).toBeLessThan(0.3)
    expect(scoreOf('Prove that the sum of two odd primes is even, then generalise.')).toBeGreaterThan(0.6)
    expect(scoreOf('Beweise den Satz und begründe jeden Schritt.')).toBeGreaterThan(0.6)
    expect(scoreOf('证明这个算法的正确性，并分析复杂度。')).toBeGreaterThan(0.6)
  })

  test('says why, the heaviest reason first', () => {
    const features = featuresOf([{ role: 'user', text: 'Prove and derive this theorem, please.' }], {
      toolCount: 0,
      turns: 1,
      hasSchema: false,
      hasImages: false,
    })
    const { reasons } = scorePrompt(features)
    expect(reasons[0]?.feature).toBe('reasoning_words')
    expect(reasons[0]?.points).toBeGreaterThan(1)
    const weights = reasons.map(({ points }) => Math.abs(points))
    expect(weights).toEqual(weights.toSorted((one, other) => other - one))
    expect(reasons.every(({ feature }) => featureNames.includes(feature))).toBe(true)
  })
})

describe('on prompts that it was not fitted to', () => {
  test('there are enough of both kinds to say something', () => {
    expect(prompts.length).toBeGreaterThanOrEqual(300)
    expect(scored.filter(({ hard }) => hard).length).toBeGreaterThanOrEqual(40)
    expect(scored.filter(({ hard }) => !hard).length).toBeGreaterThanOrEqual(40)
  })

  // Measured: 0.97 and 0.89.
  test('a hard prompt scores above an easy one, 94 times out of 100 and more', () => {
    expect(areaUnderCurve(scored)).toBeGreaterThanOrEqual(0.94)
    expect(accuracy(scored, 0.5)).toBeGreaterThanOrEqual(0.84)
  })

  test('length alone would not do', () => {
    const byLength = prompts.map(({ text, hard }) => ({ score: text.length, hard }))
    const area = areaUnderCurve(byLength)
    expect(Math.max(area, 1 - area)).toBeLessThan(0.75)
  })

  test('nor would any other feature', () => {
    for (const name of featureNames) {
      const area = areaUnderCurve(
        prompts.map((prompt) => ({ score: featuresOfPrompt(prompt)[name], hard: prompt.hard })),
      )
      expect(Math.max(area, 1 - area)).toBeLessThan(0.9)
    }
  })
})
