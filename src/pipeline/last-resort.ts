// What is left when no deployment of a model answers: one that is kept for that, as a rule a local model, and then words
// of the operator's own, which say in a header that nobody thought of them. Each only where the config asks for it.
import type { AnswerEvent } from '../core/answer-event.ts'
import type { AnswerReader } from '../core/answer.ts'
import type { ErrorCode, GatewayError } from '../core/errors.ts'
import type { AnswerFacts } from '../dialects/dialect.ts'
import type { Deployment } from '../providers/deployment.ts'
import { worthwhileMs } from '../routing/next-attempt.ts'
import type { Course } from './attempt-course.ts'
import { keyFor } from './choose-deployment.ts'
import { hasRoom } from './deployment-room.ts'
import type { CallUnderWay } from './production.ts'

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

/** Asks the deployment that is kept for when all others have failed. False where it is not there for this call. */
export function askLastResort(course: Course, error: GatewayError): boolean {
  const lastResort = lastResortFor(course)
  if (lastResort === undefined) return false
  course.isLast = true
  course.error = error
  try {
    course.call.beginAs('last_resort', withSomeKey(lastResort, course))
    return true
  } catch {
    // It could not be begun: the failure before it stays the one to be told.
    return false
  }
}

function lastResortFor({ call, isLast }: Course): Deployment | undefined {
  const { door, lastResort, wishes } = call.production
  const { clock, deploymentLimits: limits } = call.parts
  if (lastResort === undefined || isLast || wishes.noFallback) return undefined
  const isSpoken = door.otherwise === 'translate' || lastResort.speaks.has(door.spoken)
  if (!isSpoken || call.lastMs - clock.nowMs() < worthwhileMs) return undefined
  return hasRoom(lastResort, call.production, { limits, nowMs: clock.nowMs() }) ? lastResort : undefined
}

/** Any key is better than none when nothing else is left. */
function withSomeKey(deployment: Deployment, course: Course): Deployment {
  if (deployment.keys === undefined) return deployment
  const { production, parts } = course.call
  const choosing = course.choosing(parts.clock.nowMs())
  return keyFor(deployment, production, choosing) ?? deployment.keys[0] ?? deployment
}

/** The model that an answer of ours names. */
const cannedModel = 'sallyport/canned'

/** Answers with the operator's words, in the client's dialect. */
export function answerWith(
  message: string,
  { production, parts }: Pick<CallUnderWay, 'production' | 'parts'>,
  reader: AnswerReader,
): void {
  const { record, request, door } = production
  const { codec } = door
  const facts: AnswerFacts = {
    id: record.callId,
    model: cannedModel,
    nowSeconds: Math.floor(parts.clock.wallMs() / 1000),
    wantsUsage: request.wantsUsage,
  }
  record.canned = true
  record.deployment = undefined
  reader.head({ header: () => undefined })
  if (request.stream) {
    const writer = codec.openWriter(facts)
    reader.append(
      Buffer.from(
        eventsOf(message)
          .map((event) => writer.write(event))
          .join(''),
      ),
    )
  } else {
    reader.append(Buffer.from(JSON.stringify(codec.writeAnswer(eventsOf(message), facts))))
  }
  reader.end()
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
