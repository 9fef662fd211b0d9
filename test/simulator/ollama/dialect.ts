// Ollama's own /api/chat. It streams unless it is told not to, and asks nobody for a key.
import { isRecord } from '../chat-question.ts'
import type { Asked, Call, Dialect, Refusal } from '../dialect.ts'
import { bearerOf } from '../keys.ts'
import type { EventStep } from '../step.ts'
import { ollamaErrors } from './errors.ts'
import { chatQuestionOf, complaintAbout, messagesOf } from './question.ts'
import type { Body } from './question.ts'
import { chatLines, moreText } from './stream.ts'
import { loadedOnly, wholeChat } from './whole.ts'

const thoughtTokens = 4

export const ollamaDialect: Dialect = {
  endpoint: 'ollama',
  idPrefix: 'ollama-',
  streamFormat: { contentType: 'application/x-ndjson', kind: 'lines', lineEnd: 'lf' },
  // A wrong key is refused all the same: it was meant for somebody.
  keyOf: bearerOf,
  modelOf: ({ body }) => (isRecord(body) && typeof body['model'] === 'string' ? body['model'] : ''),
  read: readOllama,
  headers: () => [],
  wrongKey: { status: 401, refused: { message: 'unauthorized' } },
  errors: ollamaErrors,
}

function readOllama(call: Call): Asked | Refusal {
  const { body } = call
  if (!isRecord(body)) return { status: 400, refused: { message: 'invalid character in request body' } }
  const complaint = complaintAbout(body)
  if (complaint !== undefined) return { status: 400, refused: { message: complaint } }
  return answerTo(body, ollamaDialect.modelOf(call))
}

function answerTo(body: Body, model: string): Asked {
  const isEmpty = messagesOf(body).length === 0
  return {
    question: chatQuestionOf(body),
    isStream: body['stream'] !== false,
    reasoning: body['think'] === false ? 'never' : { unlessScripted: wantsThought(body) ? thoughtTokens : 0 },
    whole: (plan) => (isEmpty ? loadedOnly(plan, model) : wholeChat(plan, model)),
    stream: function* stream(plan): Generator<EventStep> {
      if (isEmpty) yield loadedOnly(plan, model)
      else yield* chatLines(plan, model)
    },
    more: (plan, word) => moreText(plan, model, word),
  }
}

function wantsThought({ think }: Body): boolean {
  return think === true || typeof think === 'string'
}
