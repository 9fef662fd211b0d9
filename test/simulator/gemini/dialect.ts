// Google's generateContent: the model and the method stand in the path.
import type { AnswerPlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import { sseFormat } from '../dialect.ts'
import type { Asked, Call, Dialect, Refusal } from '../dialect.ts'
import { bearerOf, queryOf } from '../keys.ts'
import { headerOf } from '../read-requests.ts'
import type { EventStep } from '../step.ts'
import { geminiErrors } from './errors.ts'
import { fieldOf } from './fields.ts'
import type { Fields } from './fields.ts'
import { chatQuestionOf, complaintAbout, configOf } from './question.ts'
import { candidateEvents, ChunkWriter } from './stream.ts'
import { wholeCandidates } from './whole.ts'

export const geminiPath =
  /^\/v1(?:beta1?)?\/(?:.+\/)?models\/(.+):(generateContent|streamGenerateContent|countTokens)$/u

const thoughtTokens = 4

export const geminiDialect: Dialect = {
  endpoint: 'generate',
  idPrefix: 'sim-',
  streamFormat: { ...sseFormat, contentType: 'text/event-stream', lineEnd: 'crlf' },
  keyOf: (request) =>
    headerOf(request, 'x-goog-api-key') ?? queryOf(request).get('key') ?? bearerOf(request) ?? '',
  modelOf: ({ path }) => decodeURIComponent(geminiPath.exec(path)?.[1] ?? ''),
  read: readGemini,
  headers: () => [['server-timing', 'gfet4t7; dur=12']],
  wrongKey: {
    status: 400,
    refused: { message: 'API key not valid. Please pass a valid API key.', code: 'API_KEY_INVALID' },
  },
  errors: geminiErrors,
}

function readGemini(call: Call): Asked | Refusal {
  const method = geminiPath.exec(call.path)?.[2]
  const isCount = method === 'countTokens'
  if (!isRecord(call.body)) return refused('Invalid JSON payload received.')
  const inner: unknown = isCount ? fieldOf(call.body, 'generateContentRequest') : undefined
  const body = isRecord(inner) ? inner : call.body
  const complaint = complaintAbout(body)
  if (complaint !== undefined) return refused(complaint)
  const asked = answerTo(body, geminiDialect.modelOf(call))
  if (isCount) return { ...asked, counted: (count) => JSON.stringify({ totalTokens: count }) }
  if (method !== 'streamGenerateContent') return asked
  return queryOf(call.request).get('alt') === 'sse'
    ? { ...asked, isStream: true }
    : { ...asked, whole: streamAsArray }
}

function answerTo(body: Fields, model: string): Asked {
  const thinking = fieldOf(configOf(body), 'thinkingConfig')
  const isShown = isRecord(thinking) && fieldOf(thinking, 'includeThoughts') === true
  // One for all events of an answer, because the counts run on.
  let writer: ChunkWriter | undefined
  return {
    question: chatQuestionOf(body, model),
    isStream: false,
    reasoning: { unlessScripted: isShown ? thoughtTokens : 0 },
    whole: wholeCandidates,
    stream: (plan) => {
      writer = new ChunkWriter(plan)
      return candidateEvents(plan, writer)
    },
    more: (plan, word) => (writer ?? new ChunkWriter(plan)).more(word),
  }
}

/** Without `alt=sse` a stream is one JSON array. */
function streamAsArray(plan: AnswerPlan): EventStep {
  const events = [...candidateEvents(plan)]
  const last = events.at(-1)
  const text = `[${events.map((event) => event.text).join(',\r\n')}]`
  const step = { kind: 'event', text, tokens: plan.counts.output } as const
  return last?.usage === undefined ? step : { ...step, usage: last.usage }
}

function refused(message: string): Refusal {
  return { status: 400, refused: { message } }
}
