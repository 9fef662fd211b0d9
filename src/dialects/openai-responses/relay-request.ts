// What a relay must know of a request of this dialect.
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import { booleanMember, findMembers, readJsonBody, stringMember } from '../json-body.ts'
import type { JsonBody } from '../json-body.ts'
import type { RequestPlace } from '../relay.ts'
import type { RelayRequest } from '../relay-request.ts'
import { RelayedRequest, renamedModel } from '../relayed-request.ts'
import type { Member } from '../scan-json.ts'
import { withoutForeignSeals } from './foreign-seals.ts'
import { holdsReference } from './item-references.ts'
import { responsesLens } from './lens.ts'

const names = new Map([
  ['model', 'model'],
  ['input', 'input'],
  ['stream', 'stream'],
  ['prompt', 'prompt'],
  ['previous_response_id', 'previousResponse'],
  ['conversation', 'conversation'],
  ['store', 'store'],
  ['background', 'background'],
] as const)

/** Reads a request's bytes. Throws the GatewayErrors of bad input, each naming the member. */
export function readRequestBytes(bytes: Uint8Array, place: RequestPlace): RelayRequest {
  const body = readJsonBody(bytes)
  const found = findMembers<string>(body, names)
  const { model, input, stream, store, background } = found
  if (model === undefined) throw new MissingParameter('model')
  if (isGiven(body, input)) checkInput(body, input)
  else if (!goesOn(body, found)) throw new MissingParameter('input')
  if (background !== undefined) checkBackground(body, background)
  return new RelayedRequest(body, {
    dialect: 'openai-responses',
    lens: responsesLens,
    place,
    model: stringMember(body, model),
    stream: booleanMember(body, stream),
    choices: 1,
    refers: refersElsewhere(body, found),
    keeps: store === undefined || !body.latin1.startsWith('false', store.start),
    changes: (kept, modelJson) => [
      ...renamedModel(kept, model, modelJson),
      ...(input === undefined ? [] : withoutForeignSeals(kept, input.start)),
    ],
  })
}

/** A stored prompt or an earlier answer can be the whole of it. */
function goesOn(body: JsonBody, found: Readonly<Partial<Record<string, Member>>>): boolean {
  return ['prompt', 'previousResponse', 'conversation'].some((name) => isGiven(body, found[name]))
}

function refersElsewhere(body: JsonBody, found: Readonly<Partial<Record<string, Member>>>): boolean {
  return (
    isGiven(body, found['previousResponse']) ||
    isGiven(body, found['conversation']) ||
    (found['input'] !== undefined && holdsReference(body.latin1, found['input'].start))
  )
}

function isGiven({ latin1 }: JsonBody, member: Member | undefined): member is Member {
  return member !== undefined && !latin1.startsWith('null', member.start)
}

/** Nobody would ask the provider for the answer, and the client not for the provider's. */
function checkBackground({ latin1 }: JsonBody, { start }: Member): void {
  if (!latin1.startsWith('true', start)) return
  throw new InvalidValue(
    'background',
    'answers in the background are not supported yet; leave it out, or stream',
  )
}

function checkInput({ latin1 }: JsonBody, { start }: Member): void {
  const first = latin1[start]
  if (first !== '"' && first !== '[') throw new InvalidType('input', 'a string or an array of items')
}
