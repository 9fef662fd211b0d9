// What is left when no deployment of a model answers: one that is kept for that, as a rule a local model, and then words
// of the operator's own, which say in a header that nobody thought of them. Each only where the config asks for it.
import type { AnswerEvent } from '../core/answer-event.ts'
import type { AnswerReader } from '../core/answer.ts'
import type { ErrorCode, GatewayError } from '../core/errors.ts'
import type { AnswerFacts } from '../dialects/dialect.ts'
import type { Production } from './production.ts'

/** Failures that say nothing against the request: somebody else could have answered it. */
const nobodysAnswer: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model_unavailable',
  'model_busy',
  'model_rate_limited',
  'provider_auth',
  'provider_quota',
  'provider_rate_limited',
  'provider_overloaded',
  'provider_error',
  'provider_unreachable',
  'provider_timeout',
])

/** Whether a last resort may stand in for this failure. */
export function mayStandIn({ code }: GatewayError): boolean {
  return nobodysAnswer.has(code)
}

/** The model that an answer of ours names. */
const cannedModel = 'sallyport/canned'

/** Answers with the operator's words, in the client's dialect. */
export function answerWith(
  message: string,
  { record, request, door }: Pick<Production, 'record' | 'request' | 'door'>,
  to: { readonly reader: AnswerReader; readonly wallMs: number },
): void {
  const { codec } = door
  const nowSeconds = Math.floor(to.wallMs / 1000)
  const facts: AnswerFacts = {
    id: record.callId,
    model: cannedModel,
    nowSeconds,
    wantsUsage: request.wantsUsage,
  }
  record.canned = true
  record.deployment = undefined
  to.reader.head({ header: () => undefined })
  if (request.stream) {
    const writer = codec.openWriter(facts)
    to.reader.append(
      Buffer.from(
        eventsOf(message)
          .map((event) => writer.write(event))
          .join(''),
      ),
    )
  } else {
    to.reader.append(Buffer.from(JSON.stringify(codec.writeAnswer(eventsOf(message), facts))))
  }
  to.reader.end()
}

function eventsOf(text: string): readonly AnswerEvent[] {
  const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 }
  return [
    { kind: 'start', id: undefined, model: cannedModel },
    { kind: 'text-delta', choice: 0, text },
    { kind: 'finish', choice: 0, reason: 'stop', native: 'stop' },
    { kind: 'usage', usage },
    { kind: 'end' },
  ]
}
