// OpenAI's Responses API.
import { openaiHeaders } from '../answer-head.ts'
import type { AnswerPlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import { missingMember } from '../chat/dialect.ts'
import { sseFormat } from '../dialect.ts'
import type { Asked, Call, Dialect, Refusal } from '../dialect.ts'
import { bearerOf } from '../keys.ts'
import type { EventStep } from '../step.ts'
import { responsesErrors } from './errors.ts'
import type { ItemStyle } from './items.ts'
import { chatMessagesOf, chatQuestionOf, complaintAbout, isCustomTool, keptFor } from './question.ts'
import type { Body } from './response.ts'
import { StoredResponses } from './stored.ts'
import { ResponseStream } from './stream.ts'
import { wholeResponse } from './whole.ts'

const thoughtTokens = 4

export function responsesDialect(): Dialect {
  const stored = new StoredResponses()
  return {
    endpoint: 'responses',
    idPrefix: 'resp_',
    streamFormat: sseFormat,
    keyOf: (request) => bearerOf(request) ?? '',
    modelOf: ({ body }) => (isRecord(body) && typeof body['model'] === 'string' ? body['model'] : ''),
    read: (call) => readResponses(call, stored),
    headers: openaiHeaders,
    errors: responsesErrors,
  }
}

function readResponses({ body }: Call, stored: StoredResponses): Asked | Refusal {
  if (!isRecord(body)) return { status: 400, refused: missingMember('model', undefined) }
  const kept = keptFor(body, stored)
  if ('refused' in kept) return kept
  const complaint = complaintAbout(body, kept, stored)
  if (complaint !== undefined) return complaint
  return answerTo(body, [...kept.messages, ...chatMessagesOf(body['input'], stored)], stored)
}

function answerTo(body: Body, said: readonly unknown[], stored: StoredResponses): Asked {
  const { reasoning } = body
  const style = styleOf(body)
  const stream = new ResponseStream(body, style)
  const thinks = isRecord(reasoning) && reasoning['effort'] !== 'none'
  const keep = (plan: AnswerPlan): void => {
    if (body['store'] !== false) stored.keep(said, plan)
  }
  return {
    question: chatQuestionOf(body, said),
    isStream: body['stream'] === true,
    reasoning: { unlessScripted: thinks ? thoughtTokens : 0 },
    whole: (plan) => {
      keep(plan)
      return wholeResponse(plan, body, style)
    },
    stream: function* events(plan): Generator<EventStep> {
      keep(plan)
      yield* stream.events(plan)
    },
    more: (plan, word) => stream.more(plan, word),
  }
}

function styleOf({ reasoning, include, tools }: Body): ItemStyle {
  const custom = (Array.isArray(tools) ? tools : []).filter(isRecord).filter(isCustomTool)
  return {
    customTools: new Set(custom.map((tool) => String(tool['name']))),
    showsThoughts: isRecord(reasoning) && (reasoning['summary'] ?? null) !== null,
    sealsThoughts: Array.isArray(include) && include.includes('reasoning.encrypted_content'),
  }
}
