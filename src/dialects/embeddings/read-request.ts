// What a relay must know of an embeddings request: the model's name, which it changes, and that there is an input.
import type { RequestBody } from '../../core/egress.ts'
import { InvalidType, MissingParameter } from '../../core/errors.ts'
import { findMembers, parsedBody, readJsonBody, SplicedBody, stringMember } from '../json-body.ts'
import type { JsonBody } from '../json-body.ts'
import type { RelayRequest, RelayWishes } from '../relay-request.ts'
import type { Member } from '../scan-json.ts'

const names = new Map([
  ['model', 'model'],
  ['input', 'input'],
] as const)

/** Reads an embeddings request's bytes. Throws the GatewayErrors of bad input. */
export function readEmbeddingsRequest(bytes: Uint8Array): RelayRequest {
  const body = readJsonBody(bytes)
  const { model, input } = findMembers<string>(body, names)
  if (model === undefined) throw new MissingParameter('model')
  if (input === undefined) throw new MissingParameter('input')
  const first = body.latin1.charAt(input.start)
  if (first !== '"' && first !== '[')
    throw new InvalidType('input', 'a string or an array of strings or tokens')
  return new EmbeddingsRequest(body, stringMember(body, model), model)
}

class EmbeddingsRequest implements RelayRequest {
  readonly model: string
  readonly stream = false
  readonly choices = 1
  readonly wantsUsage = true
  readonly estimatedInputTokens: number
  readonly #body: JsonBody
  readonly #modelMember: Member

  constructor(body: JsonBody, model: string, modelMember: Member) {
    this.model = model
    this.estimatedInputTokens = Math.ceil(body.bytes.length / 4)
    this.#body = body
    this.#modelMember = modelMember
  }

  parsed(): Readonly<Record<string, unknown>> {
    return parsedBody(this.#body)
  }

  bodyFor({ modelJson }: RelayWishes): RequestBody {
    const { start, end } = this.#modelMember
    return new SplicedBody(this.#body.bytes, [{ start, end, text: modelJson }])
  }

  /** The answer comes whole, so there is no while for which to let go. */
  release(): void {}
}
