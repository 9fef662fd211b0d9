// What a relay must know of a chat request, and the few members it changes: the model's name, and
// `stream_options.include_usage`, without which a streamed answer carries no token count.
import type { RequestBody } from '../../core/egress.ts'
import { InvalidType, MissingParameter } from '../../core/errors.ts'
import { askedTier } from '../asked-tier.ts'
import { askedTokens } from '../asked-tokens.ts'
import { estimateBodyTokens } from '../counting/estimate-body.ts'
import {
  asciiJson,
  booleanMember,
  findMembers,
  memberValue,
  parsedBody,
  readJsonBody,
  SplicedBody,
  stringMember,
  withoutMembers,
} from '../json-body.ts'
import type { JsonBody, Splice } from '../json-body.ts'
import { saidInBody } from '../relay.ts'
import type { RequestPlace } from '../relay.ts'
import type { RelayRequest, RelayWishes } from '../relay-request.ts'
import { scanJson } from '../scan-json.ts'
import { requestLabels } from '../request-labels.ts'
import type { RequestLabels } from '../request-labels.ts'
import type { Member } from '../scan-json.ts'
import { chatLens } from './lens.ts'

const names = new Map([
  ['model', 'model'],
  ['messages', 'messages'],
  ['stream', 'stream'],
  ['stream_options', 'streamOptions'],
  ['n', 'n'],
] as const)

/** Reads a chat request's bytes. Throws the GatewayErrors of bad input, each naming the member. */
export function readChatRequest(bytes: Uint8Array, place: RequestPlace = saidInBody): RelayRequest {
  const body = readJsonBody(bytes)
  const { model, messages, stream, streamOptions, n } = findMembers<string>(body, names)
  if (model === undefined) throw new MissingParameter('model')
  if (messages === undefined) throw new MissingParameter('messages')
  if (body.latin1.charCodeAt(messages.start) !== 91) throw new InvalidType('messages', 'an array of messages')
  return new ChatRequest(body, {
    model: stringMember(body, model),
    stream: booleanMember(body, stream),
    choices: n === undefined ? 1 : readChoices(memberValue(body, n)),
    wantsUsage: streamOptions !== undefined && asksForUsage(memberValue(body, streamOptions)),
    modelMember: model,
    streamOptions,
    isBounded: place.isBounded === true,
  })
}

/** What was found in a chat request's body. */
interface ChatFindings extends Pick<RelayRequest, 'model' | 'stream' | 'choices' | 'wantsUsage'> {
  readonly modelMember: Member
  readonly streamOptions: Member | undefined
  readonly isBounded: boolean
}

class ChatRequest implements RelayRequest {
  readonly model: string
  readonly stream: boolean
  readonly choices: number
  readonly wantsUsage: boolean
  readonly estimatedInputTokens: number
  readonly #modelMember: Member
  readonly #streamOptions: Member | undefined
  readonly #isBounded: boolean
  #body: JsonBody | undefined
  /** Limits, budgets and each deployment ask; null before the first of them. */
  #askedTokens: number | undefined | null = null

  constructor(body: JsonBody, found: ChatFindings) {
    this.model = found.model
    this.stream = found.stream
    this.choices = found.choices
    this.wantsUsage = found.wantsUsage
    this.estimatedInputTokens = estimateBodyTokens(body, chatLens)
    this.#modelMember = found.modelMember
    this.#streamOptions = found.streamOptions
    this.#isBounded = found.isBounded
    this.#body = body
  }

  askedTokens(): number | undefined {
    if (this.#askedTokens === null) this.#askedTokens = askedTokens(this.#kept(), 'openai-chat')
    return this.#askedTokens
  }

  get isHeldToLength(): boolean {
    return typeof this.#askedTokens === 'number'
  }

  askedTier(): string | undefined {
    return askedTier(this.#kept())
  }

  labels(): RequestLabels | undefined {
    return requestLabels(this.#kept())
  }

  parsed(): Readonly<Record<string, unknown>> {
    return parsedBody(this.#kept())
  }

  bodyFor(wishes: RelayWishes): RequestBody {
    const body = this.#kept()
    const { start, end } = this.#modelMember
    const splices: Splice[] = []
    if (body.latin1.slice(start, end) !== wishes.modelJson)
      splices.push({ start, end, text: wishes.modelJson })
    if (wishes.asksForUsage && this.stream && !this.wantsUsage) {
      splices.push(usageSplice(body, this.#streamOptions))
    }
    if (this.#isBounded || this.#askedTokens !== null) splices.push(...olderBound(body, wishes))
    if (wishes.drops.length > 0) splices.push(...withoutMembers(body, wishes.drops))
    if (splices.length > 1) splices.sort((a, b) => a.start - b.start)
    return new SplicedBody(body.bytes, splices)
  }

  #kept(): JsonBody {
    if (this.#body === undefined) throw new Error('The bytes of this request have been let go.')
    return this.#body
  }

  release(): void {
    this.#body = undefined
  }
}

const newerName = 'max_completion_tokens'

/** Who knows only the older name of the bound passes over the newer one, and would answer without end. */
function olderBound(body: JsonBody, { wishes, drops }: RelayWishes): readonly Splice[] {
  const { maxTokensName: name = newerName } = wishes ?? {}
  if (name === newerName || drops.includes(newerName)) return []
  const bound = body.members.findLast((member) => member.name === newerName)
  const older = body.members.filter((member) => member.name === name)
  if (bound === undefined) return []
  if (older.length === 0) return [{ start: bound.nameStart, end: bound.start, text: `"${name}":` }]
  // Null says nothing, but would be believed if it came last.
  const nulls = older.filter(({ start }) => body.latin1[start] === 'n')
  return nulls.map(({ start, end }) => ({ start, end, text: body.latin1.slice(bound.start, bound.end) }))
}

function readChoices(value: unknown): number {
  if (value === null) return 1
  if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > 128) {
    throw new InvalidType('n', 'a whole number from 1 to 128')
  }
  return Number(value)
}

function asksForUsage(options: unknown): boolean {
  if (options === null) return false
  if (typeof options !== 'object' || Array.isArray(options)) {
    throw new InvalidType('stream_options', 'an object')
  }
  return 'include_usage' in options && options.include_usage === true
}

function usageSplice(body: JsonBody, streamOptions: Member | undefined): Splice {
  if (streamOptions === undefined) {
    // A chat request has members, so there is always one to follow.
    return { start: body.close, end: body.close, text: ',"stream_options":{"include_usage":true}' }
  }
  const { start, end } = streamOptions
  const scan = scanJson(body.latin1.slice(start, end), { depthMax: 64, keysMax: 1000 })
  if (scan.kind !== 'object') return { start, end, text: '{"include_usage":true}' }
  const member = scan.members.findLast((candidate) => candidate.name === 'include_usage')
  if (member !== undefined) return { start: start + member.start, end: start + member.end, text: 'true' }
  const comma = scan.members.length > 0 ? ',' : ''
  return { start: start + scan.close, end: start + scan.close, text: `${comma}"include_usage":true` }
}

/** A model's name as it is spliced in. */
export function modelAsJson(providerModel: string): string {
  return asciiJson(providerModel)
}
