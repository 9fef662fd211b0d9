// A whole (not streamed) answer of the OpenAI dialect, of chat or of embeddings.
import type { WholeAnswer } from '../passage.ts'
import { modelOf, readWholeAnswer, withoutPayload } from '../whole-answer.ts'
import type { AnswerForm } from '../whole-answer.ts'
import { billedAs } from '../../core/usage.ts'
import { readFullUsage } from './usage.ts'

const forms = { choices: formOf('choices'), data: formOf('data') }

/** Reads an answer's bytes. `payload` is the member that makes it an answer: `choices`, or `data` for embeddings. */
export function readOpenaiAnswer(bytes: Uint8Array, payload: keyof typeof forms): WholeAnswer {
  return readWholeAnswer(bytes, forms[payload])
}

function formOf(payload: string): AnswerForm {
  return {
    payload,
    members: new Set(['usage', 'model', 'error', 'service_tier']),
    read: (answer, bytes) =>
      Array.isArray(answer[payload])
        ? {
            kind: 'answer',
            usage: billedAs(readFullUsage(answer['usage']), answer['service_tier']),
            model: modelOf(answer['model']),
            bytes,
          }
        : withoutPayload(answer, payload),
  }
}
