// What a relay must know of a request of this dialect. The URL names the model and says whether to stream, so the body
// goes on nearly as it came.
import { DuplicateMember, InvalidType, MissingParameter } from '../../core/errors.ts'
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { asciiJson, findMembers, memberValue, readJsonBody } from '../json-body.ts'
import type { JsonBody, Splice } from '../json-body.ts'
import { memberSpans } from '../json-spans.ts'
import type { RequestPlace } from '../relay.ts'
import type { RelayRequest } from '../relay-request.ts'
import { RelayedRequest } from '../relayed-request.ts'
import type { Member } from '../scan-json.ts'
import { withoutForeignSeals } from './foreign-seals.ts'
import { geminiLens } from './lens.ts'
import { isEarlySeries } from './model-series.ts'

/** Google takes each name in camelCase and in snake_case. */
const names = new Map([
  ['model', 'model'],
  ['contents', 'contents'],
  ['generationConfig', 'generationConfig'],
  ['generation_config', 'generationConfig'],
  ['cachedContent', 'cached'],
  ['cached_content', 'cached'],
  ['generateContentRequest', 'whole'],
  ['generate_content_request', 'whole'],
] as const)

/** The URL names the model; a body that does so too would name the client's. */
const saidInPlace = ['model']

/** Reads a request's bytes. Throws the GatewayErrors of bad input, each naming the member. */
export function readRequestBytes(bytes: Uint8Array, place: RequestPlace): RelayRequest {
  const body = readJsonBody(bytes)
  const { model, contents, generationConfig, cached, whole } = findMembers<string>(body, names)
  if (place.model === '') throw new MissingParameter('model')
  const asked = contents === undefined && whole !== undefined ? innerMembers(body, whole) : { contents }
  checkContents(body, asked.contents)
  return new RelayedRequest(body, {
    dialect: 'gemini',
    lens: geminiLens,
    place,
    model: place.model,
    stream: place.stream,
    choices: choicesOf(body, generationConfig),
    refers: cached !== undefined,
    completed: (members) => ({ ...unwrapped(members), model: place.model, stream: place.stream }),
    cuts: model === undefined ? [] : saidInPlace,
    changes: (kept, modelJson) => [
      ...renamedInner(asked.model, modelJson),
      ...withoutForeignSeals(kept, asked.contents?.start ?? 0, isEarly(modelJson)),
    ],
  })
}

interface Asked {
  readonly contents: Member | undefined
  readonly model?: Member | undefined
}

/** A request whose tokens are to be counted may come whole, in a member, and then names its model there. */
function innerMembers({ latin1 }: JsonBody, { name, start }: Member): Asked {
  const members = memberSpans(latin1, start)
  const [contents, model] = ['contents', 'model'].map((wanted) => {
    const found = members.filter((member) => member.name === wanted)
    if (found.length > 1) throw new DuplicateMember(`${name}.${wanted}`)
    return found[0]
  })
  return { contents, model }
}

function unwrapped(members: JsonObject): JsonObject {
  const whole = members['generateContentRequest'] ?? members['generate_content_request']
  return members['contents'] === undefined && isObject(whole) ? whole : members
}

function renamedInner(model: Member | undefined, modelJson: string): readonly Splice[] {
  if (model === undefined) return []
  return [{ start: model.start, end: model.end, text: asciiJson(`models/${nameOf(modelJson)}`) }]
}

/** Google takes a lone content where a list is meant. */
function checkContents({ latin1 }: JsonBody, contents: Member | undefined): void {
  if (contents === undefined || latin1.startsWith('null', contents.start)) {
    throw new MissingParameter('contents')
  }
  const first = latin1[contents.start]
  if (first !== '[' && first !== '{') throw new InvalidType('contents', 'an array of contents')
}

/** Hardly anybody asks for several answers; only then is the configuration read. */
function choicesOf(body: JsonBody, config: Member | undefined): number {
  if (config === undefined || !asksForCount.test(body.latin1.slice(config.start, config.end))) return 1
  const settings = memberValue(body, config)
  if (!isObject(settings)) return 1
  let most = 1
  for (const name of ['candidateCount', 'candidate_count']) {
    const count = settings[name]
    if (typeof count === 'number' && Number.isInteger(count))
      most = Math.max(most, Math.min(count, choicesMax))
  }
  return most
}

const asksForCount = /candidate_?[cC]ount/
/** Nobody gives more. */
const choicesMax = 128

function isEarly(modelJson: string): boolean {
  return isEarlySeries(nameOf(modelJson))
}

function nameOf(modelJson: string): string {
  return String(JSON.parse(modelJson))
}
