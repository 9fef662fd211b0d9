// Chat completions, the simulator's first language.
import type { Asked, Call, Dialect, Refusal } from '../dialect.ts'
import { modelBroke, sseFormat } from '../dialect.ts'
import { openaiHeaders } from '../answer-head.ts'
import { isRecord, readChatQuestion } from '../chat-question.ts'
import { errorObject } from '../error-body.ts'
import { bearerOf } from '../keys.ts'
import { extraEvent, streamEvents } from '../stream-events.ts'
import { wholeAnswer } from '../whole-answer.ts'

const done = { kind: 'event', text: '[DONE]', tokens: 0, place: 'end' } as const

export const chatDialect: Dialect = {
  endpoint: 'chat',
  idPrefix: 'chatcmpl-',
  streamFormat: sseFormat,
  keyOf: (request) => bearerOf(request) ?? '',
  modelOf: ({ body }) => (isRecord(body) && typeof body['model'] === 'string' ? body['model'] : ''),
  read: readChat,
  headers: openaiHeaders,
  errors: {
    body: (status, facts) => `${JSON.stringify(errorObject(status, facts), null, 2)}\n`,
    event: () => ({
      kind: 'event',
      text: JSON.stringify(errorObject(500, { message: modelBroke })),
      tokens: 0,
    }),
    emptyStream: [done],
    truncated: '{"id":"chatcmpl-broken","object":"chat.completion","choices":[{"ind',
  },
}

function readChat({ body }: Call): Asked | Refusal {
  const question = readChatQuestion(body)
  if ('missing' in question) return { status: 400, refused: missingMember(question.missing, body) }
  return {
    question,
    isStream: question.stream === true,
    reasoning: { unlessScripted: 0 },
    whole: wholeAnswer,
    stream: streamEvents,
    more: extraEvent,
  }
}

/** OpenAI's words for it. */
export function missingMember(member: string, body: unknown): Refusal['refused'] {
  return body === undefined
    ? { message: 'We could not parse the JSON body of your request.' }
    : { message: `Missing required parameter: '${member}'.`, param: member }
}
