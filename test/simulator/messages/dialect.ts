// Anthropic's Messages API: messages, whole and streamed, and the counting of their tokens.
import type { AnswerPlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import { sseFormat } from '../dialect.ts'
import type { Asked, Call, Dialect, Refusal } from '../dialect.ts'
import { bearerOf } from '../keys.ts'
import { headerOf } from '../read-requests.ts'
import type { EventStep } from '../step.ts'
import type { MessagesStyle } from './blocks.ts'
import { messagesErrors } from './errors.ts'
import { chatMessagesOf, chatQuestionOf, complaintAbout } from './question.ts'
import { messageEvents, moreText } from './stream.ts'
import { Threads } from './threads.ts'
import { wholeMessage } from './whole.ts'

const thoughtTokens = 4

export function messagesDialect(): Dialect {
  const threads = new Threads()
  return {
    endpoint: 'messages',
    idPrefix: 'msg_',
    streamFormat: sseFormat,
    keyOf: (request) => headerOf(request, 'x-api-key') ?? bearerOf(request) ?? '',
    modelOf: ({ body }) => (isRecord(body) && typeof body['model'] === 'string' ? body['model'] : ''),
    read: (call) => readMessages(call, threads),
    headers: (requestId) => [
      ['request-id', requestId],
      ['anthropic-organization-id', 'org-simulator-canary'],
      ['anthropic-ratelimit-requests-limit', '10000'],
      ['anthropic-ratelimit-requests-remaining', '9999'],
      ['anthropic-ratelimit-requests-reset', '2026-11-21T12:00:00Z'],
      ['anthropic-ratelimit-tokens-limit', '2000000'],
      ['anthropic-ratelimit-tokens-remaining', '1999984'],
      ['anthropic-ratelimit-tokens-reset', '2026-11-21T12:00:00Z'],
    ],
    errors: messagesErrors,
  }
}

function readMessages(call: Call, threads: Threads): Asked | Refusal {
  const { body } = call
  const isCount = call.path.endsWith('/count_tokens')
  if (headerOf(call.request, 'anthropic-version') === undefined)
    return refused('anthropic-version: header is required')
  if (!isRecord(body)) return refused('The request body is not valid JSON')
  const complaint = complaintAbout(body, isCount)
  if (complaint !== undefined) return refused(complaint)
  const before = threads.before(body['thread'])
  if ('refused' in before) return before
  const asked = answerTo(body, before, threads)
  return isCount ? { ...asked, isStream: false, counted: (count) => `{"input_tokens":${count}}` } : asked
}

function answerTo(
  body: Readonly<Record<string, unknown>>,
  before: readonly unknown[],
  threads: Threads,
): Asked {
  const style = styleOf(body)
  const said = [...before, ...chatMessagesOf(body['messages'])]
  const thinks = isRecord(body['thinking']) && body['thinking']['type'] !== 'disabled'
  const keep = (plan: AnswerPlan): void => threads.keep(body['thread'], said, plan)
  return {
    question: chatQuestionOf(body, before),
    isStream: body['stream'] === true,
    reasoning: thinks ? { unlessScripted: thoughtTokens } : 'never',
    whole: (plan) => {
      keep(plan)
      return wholeMessage(plan, style)
    },
    stream: function* stream(plan): Generator<EventStep> {
      yield* messageEvents(plan, style)
      keep(plan)
    },
    more: (plan, word) => moreText(plan, style, word),
  }
}

function styleOf(body: Readonly<Record<string, unknown>>): MessagesStyle {
  const { thinking, stop_sequences: stops } = body
  const first: unknown = Array.isArray(stops) ? stops[0] : undefined
  return {
    omitsThinking: isRecord(thinking) && thinking['display'] === 'omitted',
    ...(typeof first === 'string' ? { stopSequence: first } : {}),
  }
}

function refused(message: string): Refusal {
  return { status: 400, refused: { message } }
}
