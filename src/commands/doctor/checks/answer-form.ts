// What an answer can be told to be: JSON of a schema, thought over, one of several, with its probabilities.
import { isObject, parsedObject } from '../../../dialects/json-object.ts'
import type { Heard } from '../asker.ts'
import { isAnswer, isRefusal, textOf, troubleOf, usageOf } from '../exam.ts'
import type { Exam } from '../exam.ts'
import { about, finding } from '../finding.ts'
import type { Finding } from '../finding.ts'

const maxTokens = 1_000
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, inhabitants: { type: 'integer' } },
  required: ['city', 'inhabitants'],
  additionalProperties: false,
} as const

/** `json_schema`. */
export async function jsonSchema(exam: Exam): Promise<readonly Finding[]> {
  const format = { kind: 'schema', name: 'city', schema, strict: true } as const
  const heard = await exam.ask('Tell me about the capital of France.', { maxTokens, format })
  const known = withoutAnswer('json_schema', heard, [exam, 'response_format'])
  if (known !== undefined) return [about('jsonSchema', known)]
  const answer = parsedObject(textOf(heard).trim())
  if (answer === undefined) {
    return [
      about(
        'jsonSchema',
        finding('json_schema', 'fails', ['Given a JSON schema, it answers what is no JSON.']),
      ),
    ]
  }
  const fits =
    isObject(answer) &&
    typeof answer['city'] === 'string' &&
    Number.isInteger(answer['inhabitants']) &&
    Object.keys(answer).length === 2
  const sentence = fits
    ? 'Its answer keeps to a JSON schema.'
    : 'Its answer is JSON, but does not keep to the schema.'
  return [about('jsonSchema', finding('json_schema', fits ? 'ok' : 'fails', [sentence]))]
}

/** `reasoning`. */
export async function reasoning(exam: Exam): Promise<readonly Finding[]> {
  const question =
    'A bat and a ball cost 1.10 together; the bat costs 1.00 more than the ball. What does the ball cost?'
  const wanted = { stream: true, maxTokens: 4_000, reasoning: { effort: 'low', show: true } }
  const heard = await exam.ask(question, wanted)
  const known = withoutAnswer('reasoning', heard, [exam, 'reasoning_effort'])
  if (known !== undefined) return [about('reasoning', known)]
  const shown = heard.events.some(({ is }) => is.kind === 'reasoning-delta')
  const tokens = usageOf(heard)?.reasoningTokens ?? 0
  const figures = { shown, reasoning_tokens: tokens }
  if (shown)
    return [about('reasoning', finding('reasoning', 'ok', ['It thinks, and shows what it thinks.', figures]))]
  if (tokens > 0)
    return [about('reasoning', finding('reasoning', 'ok', ['It thinks, and counts it.', figures]))]
  return [finding('reasoning', 'weak', ['It takes the setting, but tells of no thought.', figures])]
}

/** `n`. */
export async function severalAnswers(exam: Exam): Promise<readonly Finding[]> {
  const heard = await exam.ask('Name a colour, in one word.', { maxTokens, choices: 2 })
  const known = withoutAnswer('n', heard, [exam, 'n'])
  if (known !== undefined) return [about('choices', known)]
  const finished = heard.events.map(({ is }) => (is.kind === 'finish' ? is.choice : undefined))
  const count = new Set(finished.filter((choice) => choice !== undefined)).size
  const sentence =
    count === 2 ? 'Asked for two answers, it gives two.' : `Asked for two answers, it gives ${count}.`
  return [about('choices', finding('n', count === 2 ? 'ok' : 'fails', [sentence, { answers: count }]))]
}

/** `logprobs`. */
export async function probabilities(exam: Exam): Promise<readonly Finding[]> {
  const heard = await exam.ask('Name a colour, in one word.', { maxTokens, logprobs: true, topLogprobs: 2 })
  const known = withoutAnswer('logprobs', heard, [exam, 'logprobs'])
  if (known !== undefined) return [about('logprobs', known)]
  const count = heard.events.reduce(
    (sum, { is }) => sum + (is.kind === 'logprobs' ? is.logprobs.length : 0),
    0,
  )
  const sentence =
    count > 0 ? 'It tells the probabilities of its tokens.' : 'Asked for probabilities, it tells none.'
  return [about('logprobs', finding('logprobs', count > 0 ? 'ok' : 'fails', [sentence, { tokens: count }]))]
}

/** What is to be said when there is nothing to judge; undefined when there is. `setting` as chat spells it. */
export function withoutAnswer(
  check: string,
  heard: Heard,
  [{ patient }, setting]: readonly [Exam, string],
): Finding | undefined {
  if (heard.unsaid.includes(setting)) {
    return finding(check, 'unknown', ['Its wire format cannot ask for this.'])
  }
  if (isRefusal(heard)) return finding(check, 'fails', [`It refuses this: ${troubleOf(heard, patient)}.`])
  if (!isAnswer(heard)) return finding(check, 'unknown', [`No answer came: ${troubleOf(heard, patient)}.`])
  return undefined
}
