// Vectors as a pure function of their input, float32-exact, so that the float and the base64 form are one
// answer.
import type { AnswerScript } from './behaviour.ts'
import { isRecord } from './chat-question.ts'
import { countWords } from './count-tokens.ts'
import { printed } from './json-print.ts'
import type { EventStep } from './step.ts'
import { usageSent } from './usage-numbers.ts'

export interface EmbeddingQuestion {
  readonly model: string
  /** Each one text, or one text as token numbers. */
  readonly inputs: readonly (string | readonly number[])[]
  readonly dimensions: number
  readonly isBase64: boolean
}

const dimensionsByDefault = 8

/** The question in a parsed body, or the member at fault. */
export function readEmbeddingQuestion(body: unknown): EmbeddingQuestion | { readonly missing: string } {
  if (!isRecord(body)) return { missing: 'input' }
  if (typeof body['model'] !== 'string') return { missing: 'model' }
  const inputs = readInputs(body['input'])
  if (inputs === undefined) return { missing: 'input' }
  const dimensions = typeof body['dimensions'] === 'number' ? body['dimensions'] : dimensionsByDefault
  return { model: body['model'], inputs, dimensions, isBase64: body['encoding_format'] === 'base64' }
}

/** Words of texts, numbers of token lists. */
export function embeddingTokens(question: EmbeddingQuestion): number {
  return question.inputs.reduce<number>(
    (sum, input) => sum + (typeof input === 'string' ? countWords(input) : input.length),
    0,
  )
}

/** The vector of one input: numbers in [-1, 1) that a float32 holds exactly. */
export function expectedEmbedding(
  input: string | readonly number[],
  dimensions = dimensionsByDefault,
): readonly number[] {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(JSON.stringify(input))) hash = Math.imul(hash ^ byte, 0x01000193)
  return Array.from({ length: dimensions }, (_, index) => {
    hash = Math.imul(hash ^ index, 0x01000193)
    return (hash >> 16) / 32_768
  })
}

export function embeddingAnswer(question: EmbeddingQuestion, script: AnswerScript): EventStep {
  const counts = { input: embeddingTokens(question), output: 0, reasoning: 0, cached: 0 }
  const usage = usageSent(counts, script.usage ?? 'as-asked')
  const list = {
    object: 'list',
    data: question.inputs.map((input, index) => ({
      object: 'embedding',
      index,
      embedding: shown(expectedEmbedding(input, question.dimensions), question.isBase64),
    })),
    model: script.reportedModel ?? question.model,
    ...(script.usage === 'missing'
      ? {}
      : { usage: { prompt_tokens: usage.prompt_tokens, total_tokens: usage.total_tokens } }),
  }
  const step = { kind: 'event', text: printed(JSON.stringify(list), script), tokens: 0 } as const
  return script.usage === 'missing' ? step : { ...step, usage }
}

function shown(vector: readonly number[], isBase64: boolean): string | readonly number[] {
  return isBase64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector
}

function readInputs(input: unknown): EmbeddingQuestion['inputs'] | undefined {
  if (typeof input === 'string') return [input]
  if (!Array.isArray(input) || input.length === 0) return undefined
  if (input.every((part) => typeof part === 'number')) return [input]
  const isList = input.every(isInput)
  return isList ? input : undefined
}

function isInput(value: unknown): value is string | readonly number[] {
  return (
    typeof value === 'string' || (Array.isArray(value) && value.every((part) => typeof part === 'number'))
  )
}
