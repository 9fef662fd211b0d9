// How hard a request looks, from 0 to 1, and why. A weighted sum of its features, pressed between 0 and 1; the weights are
// fitted to prompts that people judged (test/fixtures/classifier), and so the score is close to a probability.
//
// What it cannot know: whether the words mean what they usually mean, whether the facts of a question are widely known,
// how good the answer has to be, and what was said before the last user text. A riddle in plain words looks easy to it,
// and so does any request in a language whose words it does not have. It saves money on the clear cases; a rule, or a
// model that judges, decides the others.
import { featureNames } from './prompt-features.ts'
import type { FeatureName, PromptFeatures } from './prompt-features.ts'
import { bias, weights } from './weights.gen.ts'

export interface ScoreReason {
  readonly feature: FeatureName
  /** What it adds to the sum; above 0 is harder. One point multiplies the odds by 2.7. */
  readonly points: number
}

export interface PromptScore {
  /** 0 is easy, 1 is hard. */
  readonly score: number
  /** What counted, the heaviest first. */
  readonly reasons: readonly ScoreReason[]
}

/** Less than this is not worth telling. */
const pointsMin = 0.05

export function scorePrompt(features: PromptFeatures): PromptScore {
  let sum = bias
  const reasons: ScoreReason[] = []
  for (const feature of featureNames) {
    const points = weights[feature] * features[feature]
    sum += points
    if (Math.abs(points) >= pointsMin) reasons.push({ feature, points: Math.round(points * 100) / 100 })
  }
  reasons.sort((one, other) => Math.abs(other.points) - Math.abs(one.points))
  return { score: 1 / (1 + Math.exp(-sum)), reasons }
}
