// Made by "npm run derive"; do not edit. A logistic regression over the 265 prompts of test/fixtures/classifier
// that are not held out (scripts/classifier); "bun scripts/fit-classifier.ts" says how good it is on the others.
import type { FeatureName } from './prompt-features.ts'

export const bias = -1.07

export const weights: Readonly<Record<FeatureName, number>> = {
  ask_length: 0.1,
  material: -0.52,
  simple_words: -2.04,
  chat_words: -1.25,
  lookup_words: -0.4,
  why_words: 0.97,
  reasoning_words: 3.74,
  maths_words: 2.3,
  code_words: 2.48,
  constraint_words: 2,
  maths_signs: 1.08,
  code_signs: -0.03,
  numbers: 0.75,
  questions: -0.5,
  steps: -0.54,
  tools: 0.9,
  turns: 0,
  schema: -0.22,
  images: 0.13,
}
