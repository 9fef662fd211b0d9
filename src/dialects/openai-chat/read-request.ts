// What a relay must know of a chat request, and the few members it changes: the model's name, and
// `stream_options.include_usage`, without which a streamed answer carries no token count.
import { InvalidType, MissingParameter } from '../../core/errors.ts'
import {
  asciiJson,
  booleanMember,
  findMembers,
  memberValue,
  readJsonBody,
  spliced,
  stringMember,
  withoutMember,
} from '../json-body.ts'
import type { JsonBody, Splice } from '../json-body.ts'
import { scanJson } from '../scan-json.ts'
import type { Member } from '../scan-json.ts'

export interface ChatRequest {
  readonly body: JsonBody
  readonly model: string
  readonly stream: boolean
  /** How many choices were asked for (`n`). */
  readonly choices: number
  /** The client asked for the usage chunk itself, so it must see it. */
  readonly wantsUsage: boolean
  /** A guess from the size of the body (four bytes a token), for the case that no count ever comes. */
  readonly estimatedInputTokens: number
  readonly modelMember: Member
  readonly streamOptions: Member | undefined
}

const names = new Map([
  ['model', 'model'],
  ['messages', 'messages'],
  ['stream', 'stream'],
  ['stream_options', 'streamOptions'],
  ['n', 'n'],
] as const)

/** Reads a chat request's bytes. Throws the GatewayErrors of bad input, each naming the member. */
export function readChatRequest(bytes: Uint8Array): ChatRequest {
  const body = readJsonBody(bytes)
  const { model, messages, stream, streamOptions, n } = findMembers<string>(body, names)
  if (model === undefined) throw new MissingParameter('model')
  if (messages === undefined) throw new MissingParameter('messages')
  if (body.latin1.charCodeAt(messages.start) !== 91) throw new InvalidType('messages', 'an array of messages')
  return {
    body,
    model: stringMember(body, model),
    stream: booleanMember(body, stream),
    choices: n === undefined ? 1 : readChoices(memberValue(body, n)),
    wantsUsage: streamOptions !== undefined && asksForUsage(memberValue(body, streamOptions)),
    estimatedInputTokens: Math.ceil(bytes.length / 4),
    modelMember: model,
    streamOptions,
  }
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

/** What one deployment wants of a request. */
export interface ChatWishes {
  /** The provider's name of the model, as ASCII JSON. */
  readonly modelJson: string
  /** A stream's tokens are counted only when `stream_options.include_usage` asks for it. */
  readonly asksForUsage: boolean
  /** Top-level members that the provider answers with an error. */
  readonly drops: readonly string[]
}

/** The request's bytes as a deployment must get them. */
export function relayedBody(request: ChatRequest, wishes: ChatWishes): Uint8Array[] {
  const { body, modelMember } = request
  const splices: Splice[] = []
  if (body.latin1.slice(modelMember.start, modelMember.end) !== wishes.modelJson) {
    splices.push({ start: modelMember.start, end: modelMember.end, text: wishes.modelJson })
  }
  if (wishes.asksForUsage && request.stream && !request.wantsUsage) splices.push(usageSplice(request))
  if (wishes.drops.length > 0) splices.push(...dropSplices(body, wishes.drops))
  return spliced(body.bytes, splices.length > 1 ? splices.sort((a, b) => a.start - b.start) : splices)
}

function dropSplices(body: JsonBody, drops: readonly string[]): Splice[] {
  return body.members
    .map((member, index) => (drops.includes(member.name) ? withoutMember(body, index) : undefined))
    .filter((splice) => splice !== undefined)
}

function usageSplice({ body, streamOptions }: ChatRequest): Splice {
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
