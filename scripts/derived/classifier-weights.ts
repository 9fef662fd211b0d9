// The weights of the classifier as a file: fitted to the prompts that are not held out, and rounded, so that the last
// bits of a machine's arithmetic do not matter.
import { featureNames } from '../../src/routing/classifier/prompt-features.ts'
import { featuresOfPrompt, labelledPrompts } from '../classifier/labelled-prompts.ts'
import { fitRows } from '../classifier/logistic-regression.ts'

export function classifierWeights(): string {
  const fitting = labelledPrompts().filter(({ heldOut }) => !heldOut)
  const rows = fitting.map((prompt) => {
    const features = featuresOfPrompt(prompt)
    return { values: featureNames.map((name) => features[name]), hard: prompt.hard }
  })
  const { bias, weights } = fitRows(rows)
  return `// Made by "npm run derive"; do not edit. A logistic regression over the ${rows.length} prompts of test/fixtures/classifier
// that are not held out (scripts/classifier); "bun scripts/fit-classifier.ts" says how good it is on the others.
import type { FeatureName } from './prompt-features.ts'

export const bias = ${rounded(bias)}

export const weights: Readonly<Record<FeatureName, number>> = {
${featureNames.map((name, at) => `  ${name}: ${rounded(weights[at] ?? 0)},`).join('\n')}
}
`
}

function rounded(weight: number): number {
  return Math.round(weight * 100) / 100
}
