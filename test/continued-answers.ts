// An answer that breaks off after some events and is gone on with by another deployment: both are played by the
// simulator, without sockets, so that every cut of every dialect can be tried.
import { StreamInterrupted } from '../src/core/provider-errors.ts'
import type { Endpoint } from '../src/core/call.ts'
import type { AnswerEvent } from '../src/core/answer-event.ts'
import { dialectNames } from '../src/core/model-request.ts'
import type { DialectName, ModelRequest } from '../src/core/model-request.ts'
import { AnswerSoFar } from '../src/dialects/continuation/answer-so-far.ts'
import { askToGoOn } from '../src/dialects/continuation/ask-to-go-on.ts'
import { Continuation } from '../src/dialects/continuation/continuation.ts'
import type { AskedBy } from '../src/dialects/continuation/join-texts.ts'
import type {
  AnswerFacts,
  ClientCodec,
  ProviderCodec,
  WireEvent,
  WriteWishes,
} from '../src/dialects/dialect.ts'
import { doors, providerCodecs } from '../src/dialects/doors.ts'
import type { StreamFault, StreamTap } from '../src/dialects/stream-tap.ts'
import { Translation } from '../src/dialects/translation.ts'
import { WireEvents } from '../src/dialects/wire-events.ts'
import { planAnswer } from './simulator/answer-plan.ts'
import { behaviourOfModel } from './simulator/behaviour-of-model.ts'
import { isRefusal } from './simulator/dialect.ts'
import { allDialects, dialectOfPath } from './simulator/dialects.ts'
import { LineFramer } from './simulator/line-frame.ts'
import { SseFramer } from './simulator/sse-frame.ts'
import { takenFrom } from './tap-pieces.ts'

export const question = 'Tell me of gates'

type Body = Readonly<Record<string, unknown>>

/** A client's side: its door, and the least request of it. */
export interface Front {
  readonly name: DialectName
  readonly codec: ClientCodec
  readonly endpoint: Endpoint
  readonly body: Body
}

const asked = { model: 'm-1', stream: true }
const turn = { role: 'user', content: question }

export const fronts: readonly Front[] = [
  front('chat', { ...asked, messages: [turn], stream_options: { include_usage: true } }),
  front('responses', { ...asked, input: question }),
  front('messages', { ...asked, messages: [turn], max_tokens: 1000 }),
  front('generate', { ...asked, contents: [{ role: 'user', parts: [{ text: question }] }] }),
]

function front(endpoint: Endpoint, body: Body): Front {
  const { codec } = doors[endpoint]
  return { name: codec.name, codec, endpoint, body }
}

const paths: Readonly<Record<DialectName, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  gemini: '/v1beta/models/m-1:streamGenerateContent',
  ollama: '/api/chat',
}

const wishes: WriteWishes = { model: 'm-1', maxTokensDefault: 4096, jsonSchema: true }

/** The events of a simulated provider's stream, as the bytes of each. Throws when the real API would not take the body. */
export function played(dialect: DialectName, body: Body, words: string): readonly Uint8Array[] {
  const path = paths[dialect]
  const spoken = dialectOfPath(allDialects(), path)
  const request = {
    method: 'POST',
    path: `${path}?alt=sse`,
    headers: [['anthropic-version', '2023-06-01']] as const,
    body: new Uint8Array(),
    connection: 0,
    receivedAtMs: 0,
  }
  const read = spoken?.read({ request, path, body, requestId: 'req_1' })
  if (read === undefined || isRefusal(read)) throw new Error(JSON.stringify(read?.refused))
  const behaviour = behaviourOfModel(words)
  if (behaviour === undefined) throw new Error(`"${words}" is no behaviour`)
  const plan = planAnswer(read.question, behaviour, { id: `sim_${words}`, reasoning: 'never' })
  const framer = dialect === 'ollama' ? new LineFramer({}) : new SseFramer({}, spoken?.streamFormat.lineEnd)
  return [...read.stream(plan)].map((step) => Buffer.from(framer.event(step.text, step.name)))
}

/** How an answer begins and how it is gone on with. */
export interface Course {
  readonly front: Front
  /** Who begins. */
  readonly first: DialectName
  /** How many of its events come. */
  readonly cut: number
  readonly second: DialectName
  readonly askedBy: AskedBy
  /** The simulator's words for how the second goes on. */
  readonly words: string
  /** The second breaks off too, so many events in, and is gone on with by another of its kind. */
  readonly cutAgain?: number
}

export interface Outcome {
  /** All that the client got. */
  readonly stream: string
  /** Why nobody was asked to go on. */
  readonly hindrance: string | undefined
  readonly fault: StreamFault | undefined
  /** What the client had when the first broke off. */
  readonly textBefore: string
}

/** `tokens:N` for the whole answer, whoever gives it. */
export const length = 'tokens:55+multibyte'
const failure = new StreamInterrupted('p', 'it fell silent')

export function courseOf(course: Course): Outcome {
  const { front: client, first, cut } = course
  const parsed = client.codec.readRequest(client.body)
  const facts = factsOf(client)
  const soFar = new AnswerSoFar(client.codec)
  const got: Uint8Array[] = []
  const give = (tap: StreamTap): void => {
    if (!tap.content) return
    for (const piece of takenFrom(tap)) {
      got.push(piece)
      soFar.push(piece)
    }
  }
  const { tap, frames } = opened(client, first, parsed)
  for (const frame of frames.slice(0, cut)) {
    tap.push(frame)
    give(tap)
  }
  if (tap.done) return { stream: textOf(got), hindrance: 'done', fault: undefined, textBefore: soFar.text }
  const textBefore = soFar.text
  const { hindrance } = soFar
  if (hindrance !== undefined) {
    const end = tap.lastWords ?? { fail: client.codec.writeErrorEvent.bind(client.codec) }
    got.push(Buffer.from(end.fail(failure, 502, 'req_1')))
    return { stream: textOf(got), hindrance, fault: undefined, textBefore }
  }
  let rest = goOn(course, { soFar, parsed, facts })
  if (course.cutAgain !== undefined) {
    for (const frame of rest.frames.slice(0, course.cutAgain)) rest.tap.push(frame)
    give(rest.tap)
    rest = goOn(course, { soFar, parsed, facts })
  }
  for (const frame of rest.frames) {
    if (rest.tap.done || rest.tap.fault !== undefined) break
    rest.tap.push(frame)
    give(rest.tap)
  }
  if (!rest.tap.done && rest.tap.fault === undefined) rest.tap.finish()
  give(rest.tap)
  const { fault } = rest.tap
  if (fault !== undefined) got.push(Buffer.from(rest.tap.lastWords?.fail(failure, 502, 'req_1') ?? ''))
  return { stream: textOf(got), hindrance: undefined, fault, textBefore }
}

function factsOf({ codec, body }: Front): AnswerFacts {
  const echo = codec.echoOf?.(body)
  return { id: 'call_1', model: 'm-1', nowSeconds: 7, wantsUsage: true, ...(echo !== undefined && { echo }) }
}

interface Playing {
  readonly tap: StreamTap
  readonly frames: readonly Uint8Array[]
}

function opened(client: Front, first: DialectName, parsed: ModelRequest): Playing {
  if (first === client.name) {
    const tap = doors[client.endpoint].relay.openTap({ choices: 1, wantsUsage: true })
    const { model: _model, stream: _stream, ...rest } = client.body
    const body = client.name === 'gemini' ? rest : client.body
    return { tap, frames: played(first, body, length) }
  }
  const provider = providerCodecs[first]
  const written = provider.writeRequest(parsed, wishes)
  const passage = new Translation({
    client: client.codec,
    provider,
    request: parsed,
    written,
    facts: factsOf(client),
  })
  const frames = played(first, streamed(first, written.body), length)
  return { tap: passage.openTap({ choices: 1, wantsUsage: true }), frames }
}

function goOn(
  { front: client, second, askedBy, words }: Course,
  broken: { readonly soFar: AnswerSoFar; readonly parsed: ModelRequest; readonly facts: AnswerFacts },
): Playing {
  const { soFar, parsed, facts } = broken
  const provider: ProviderCodec = providerCodecs[second]
  const request = askToGoOn(parsed, soFar, askedBy)
  const written = provider.writeRequest(request, wishes)
  const parts = { soFar, askedBy, client: client.codec, provider, request, written, facts, by: 'spare' }
  const frames = played(second, streamed(second, written.body), `${length}+${words}`)
  return { tap: new Continuation(parts).openTap(), frames }
}

/** The URL says it in Gemini's API. */
function streamed(dialect: DialectName, body: Body): Body {
  return dialect === 'gemini' ? body : { ...body, stream: true }
}

function textOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString()
}

/** The whole text that each deployment gives. */
export function wholeText(client: Front): string {
  const { tap, frames } = opened(client, client.name, client.codec.readRequest(client.body))
  const soFar = new AnswerSoFar(client.codec)
  for (const frame of frames) {
    tap.push(frame)
    for (const piece of takenFrom(tap)) soFar.push(piece)
  }
  return soFar.text
}

/** How many events the first deployment sends. */
export function eventCount(client: Front, first: DialectName): number {
  return opened(client, first, client.codec.readRequest(client.body)).frames.length
}

export function wireEventsIn(stream: string): readonly WireEvent[] {
  return new WireEvents('events').feed(Buffer.from(stream))
}

/** What the stream says, in our events. */
export function eventsIn(client: Front, stream: string): readonly AnswerEvent[] {
  const reader = providerCodecs[client.name].openReader()
  return wireEventsIn(stream).flatMap((event) => reader.read(event))
}

export { dialectNames }
