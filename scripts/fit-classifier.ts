// Says how good the classifier is on the prompts that it was not fitted to, and which ones it gets wrong:
// `bun scripts/fit-classifier.ts`. The weights themselves are written by `npm run derive`.
import { scorePrompt } from '../src/routing/classifier/score-prompt.ts'
import { featuresOfPrompt, labelledPrompts } from './classifier/labelled-prompts.ts'
import type { LabelledPrompt } from './classifier/labelled-prompts.ts'
import { accuracy, areaUnderCurve } from './classifier/logistic-regression.ts'

const scored = labelledPrompts().map((prompt) => {
  const { score, reasons } = scorePrompt(featuresOfPrompt(prompt))
  return { prompt, hard: prompt.hard, score, reasons }
})

tell('fitted to', ({ heldOut }) => !heldOut)
tell('held out', ({ heldOut }) => heldOut)
tell('held out, English', ({ heldOut, language }) => heldOut && language === 'en')
tell('held out, other languages', ({ heldOut, language }) => heldOut && language !== 'en')

for (const { prompt, hard, score, reasons } of scored) {
  if (!prompt.heldOut || score >= 0.5 === hard) continue
  const why = reasons.slice(0, 3).map(({ feature, points }) => `${feature} ${points}`)
  process.stdout.write(
    `${hard ? 'hard' : 'easy'} at ${score.toFixed(2)}: ${prompt.text.slice(0, 70)} (${why.join(', ')})\n`,
  )
}

function tell(name: string, isMeant: (prompt: LabelledPrompt) => boolean): void {
  const meant = scored.filter(({ prompt }) => isMeant(prompt))
  const area = areaUnderCurve(meant).toFixed(3)
  process.stdout.write(
    `${name}: ${meant.length} prompts, accuracy ${accuracy(meant, 0.5).toFixed(3)}, AUC ${area}\n`,
  )
}
