// What a relay must know of a request of this API. How many tokens it may cost is the provider's to check.
import { InvalidType, MissingParameter } from '../../core/errors.ts'
import { booleanMember, findMembers, readJsonBody, stringMember } from '../json-body.ts'
import type { JsonBody } from '../json-body.ts'
import type { Member } from '../scan-json.ts'
import type { RequestPlace } from '../relay.ts'
import type { RelayRequest } from '../relay-request.ts'
import { RelayedRequest, renamedModel } from '../relayed-request.ts'
import { withoutForeignSeals } from './foreign-seals.ts'
import { messagesLens } from './lens.ts'

const names = new Map([
  ['model', 'model'],
  ['messages', 'messages'],
  ['stream', 'stream'],
  ['thread', 'thread'],
  ['container', 'container'],
  ['tools', 'tools'],
] as const)

/** Reads a request's bytes. Throws the GatewayErrors of bad input, each naming the member. */
export function readRequestBytes(bytes: Uint8Array, place: RequestPlace): RelayRequest {
  const body = readJsonBody(bytes)
  const { model, messages, stream, thread, container, tools } = findMembers<string>(body, names)
  if (model === undefined) throw new MissingParameter('model')
  if (messages === undefined) throw new MissingParameter('messages')
  if (body.latin1[messages.start] !== '[') throw new InvalidType('messages', 'an array of messages')
  return new RelayedRequest(body, {
    dialect: 'anthropic-messages',
    lens: messagesLens,
    place,
    model: stringMember(body, model),
    stream: booleanMember(body, stream),
    choices: 1,
    refers: thread !== undefined || container !== undefined,
    keeps: tools !== undefined && runsCode(body, tools),
    changes: (kept, modelJson) => [
      ...renamedModel(kept, model, modelJson),
      ...withoutForeignSeals(kept, messages.start),
    ],
  })
}

const codeExecution = /"type"\s*:\s*"code_execution_/

/** Such a tool runs in a container that the answer names, and that later requests can ask for. */
function runsCode({ latin1 }: JsonBody, { start, end }: Member): boolean {
  return codeExecution.test(latin1.slice(start, end))
}
