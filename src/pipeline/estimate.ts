// Where no deployment of a model can be asked to count tokens: an estimate, marked as one. Nobody is called.
import type { AnswerReader, AnswerSource } from '../core/answer.ts'
import { estimateInputTokens } from '../dialects/counting/estimate-input.ts'
import type { Production } from './production.ts'

/** Answers a count of tokens by an estimate. Throws what is wrong in the request. */
export function estimate(
  { record, request, door }: Pick<Production, 'record' | 'request' | 'door'>,
  reader: AnswerReader,
): void {
  const body = request.parsed()
  // Counting does not say how long the answer may be, which a request for one has to.
  const tokens = estimateInputTokens(door.codec.readRequest({ max_tokens: 1, ...body }))
  const answer = door.spoken === 'gemini/count' ? { totalTokens: tokens } : { input_tokens: tokens }
  record.estimated = true
  reader.follow(nothingToHold)
  reader.append(Buffer.from(JSON.stringify(answer)))
  reader.end()
}

const nothingToHold: AnswerSource = { lastWords: undefined, pause() {}, resume() {}, abandon() {} }
