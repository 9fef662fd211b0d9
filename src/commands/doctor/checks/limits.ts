// What bounds an answer or repeats it: a seed, stop texts, the number of tokens.
import { finishOf, textOf, usageOf } from '../exam.ts'
import type { Exam, Wanted } from '../exam.ts'
import { about, finding } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { withoutAnswer } from './answer-form.ts'

/** The least that every wire format takes. */
const boundTokens = 16
/** So many letters are more than that many tokens. */
const boundCharsMax = boundTokens * 30

/** `seed`: three times the same question, which begs for different answers. */
export async function seed(exam: Exam): Promise<readonly Finding[]> {
  const { sampling } = exam.patient.deployment.capabilities
  const wanted: Wanted = { maxTokens: 1_000, seed: 20_261_121, ...(sampling && { temperature: 1 }) }
  const texts: string[] = []
  for (let time = 0; time < 3; time += 1) {
    const heard = await exam.ask('Write one surprising sentence about an animal.', wanted)
    const known = withoutAnswer('seed', heard, [exam, 'seed'])
    if (known !== undefined) return [about('seed', known)]
    texts.push(textOf(heard))
  }
  const different = new Set(texts).size
  const figures = { answers: texts.length, different }
  if (different === 1)
    return [about('seed', finding('seed', 'ok', ['The same seed gives the same text.', figures]))]
  if (different < texts.length) {
    return [finding('seed', 'weak', ['The same seed gives the same text now and then.', figures])]
  }
  return [about('seed', finding('seed', 'fails', ['The same seed gives another text each time.', figures]))]
}

/** `stop`. */
export async function stopTexts(exam: Exam): Promise<readonly Finding[]> {
  const question = 'Repeat these words exactly: alpha bravo charlie delta echo'
  const heard = await exam.ask(question, { maxTokens: 1_000, stop: ['charlie'] })
  const known = withoutAnswer('stop', heard, [exam, 'stop'])
  if (known !== undefined) return [known]
  const text = textOf(heard).toLowerCase()
  if (text.includes('delta')) return [finding('stop', 'fails', ['It goes on after a stop text.'])]
  if (text.includes('charlie')) return [finding('stop', 'weak', ['It stops at a stop text, but says it.'])]
  if (!text.includes('alpha')) {
    return [finding('stop', 'unknown', ['It did not write what it was to write, so no stop text came.'])]
  }
  return [finding('stop', 'ok', ['It stops before a stop text.'])]
}

/** `max_tokens`. */
export async function tokenBound(exam: Exam): Promise<readonly Finding[]> {
  const question = 'Write the numbers from one to two hundred in English words.'
  const heard = await exam.ask(question, { maxTokens: boundTokens })
  const known = withoutAnswer('max_tokens', heard, [exam, 'max_completion_tokens'])
  if (known !== undefined) return [known]
  const text = textOf(heard)
  const { outputTokens: tokens = 0, reasoningTokens: thoughts = 0 } = usageOf(heard) ?? {}
  const reason = finishOf(heard)
  const figures = { asked: boundTokens, output_tokens: tokens, finish: reason, letters: text.length }
  if (text.length > boundCharsMax || tokens - thoughts > boundTokens) {
    return [
      finding('max_tokens', 'fails', [`It writes more than the ${boundTokens} tokens that it may.`, figures]),
    ]
  }
  if (tokens > boundTokens) {
    return [
      finding('max_tokens', 'weak', [
        'It keeps to a number of tokens, but does not count its thoughts.',
        figures,
      ]),
    ]
  }
  const says = heard.events.some(({ is }) => is.kind === 'finish' && is.reason === 'length')
  if (!says) {
    const sentence = 'It keeps to a number of tokens, but does not say that this ended the answer.'
    return [finding('max_tokens', 'weak', [sentence, figures])]
  }
  return [
    finding('max_tokens', 'ok', ['It keeps to a number of tokens, and says that it ended there.', figures]),
  ]
}
