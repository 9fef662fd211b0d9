// What a relay must know of an embeddings request: the model's name, which it changes, and that there is an input.
import type { RequestBody } from '../../core/egress.ts'
import { InvalidType, MissingParameter } from '../../core/errors.ts'
import {
  findMembers,
  memberValue,
  parsedBody,
  readJsonBody,
  SplicedBody,
  stringMember,
  withoutMembers,
} from '../json-body.ts'
import type { JsonBody } from '../json-body.ts'
import type { RelayRequest, RelayWishes } from '../relay-request.ts'
import { requestLabels } from '../request-labels.ts'
import type { RequestLabels } from '../request-labels.ts'
import type { Member } from '../scan-json.ts'

const names = new Map([
  ['model', 'model'],
  ['input', 'input'],
  ['encoding_format', 'encoding'],
] as const)

/** Reads an embeddings request's bytes. Throws the GatewayErrors of bad input. */
export function readEmbeddingsRequest(bytes: Uint8Array): RelayRequest {
  const body = readJsonBody(bytes)
  const { model, input, encoding } = findMembers<string>(body, names)
  if (model === undefined) throw new MissingParameter('model')
  if (input === undefined) throw new MissingParameter('input')
  const first = body.latin1.charAt(input.start)
  if (first !== '"' && first !== '[')
    throw new InvalidType('input', 'a string or an array of strings or tokens')
  const wantsBase64 = encoding !== undefined && memberValue(body, encoding) === 'base64'
  return new EmbeddingsRequest(body, model, wantsBase64)
}

class EmbeddingsRequest implements RelayRequest {
  readonly model: string
  readonly stream = false
  readonly choices = 1
  readonly wantsUsage = true
  readonly wantsBase64: boolean
  readonly estimatedInputTokens: number
  readonly #body: JsonBody
  readonly #modelMember: Member

  constructor(body: JsonBody, modelMember: Member, wantsBase64: boolean) {
    this.model = stringMember(body, modelMember)
    this.wantsBase64 = wantsBase64
    this.estimatedInputTokens = Math.ceil(body.bytes.length / 4)
    this.#body = body
    this.#modelMember = modelMember
  }

  labels(): RequestLabels | undefined {
    return requestLabels(this.#body)
  }

  parsed(): Readonly<Record<string, unknown>> {
    return parsedBody(this.#body)
  }

  bodyFor({ modelJson, drops }: RelayWishes): RequestBody {
    const { start, end } = this.#modelMember
    const splices = [{ start, end, text: modelJson }, ...withoutMembers(this.#body, drops)]
    return new SplicedBody(
      this.#body.bytes,
      splices.toSorted((a, b) => a.start - b.start),
    )
  }

  /** What is embedded has no answer to be long. */
  askedTokens(): number {
    return 0
  }

  /** There is but one. */
  askedTier(): undefined {}

  /** The answer comes whole, so there is no while for which to let go. */
  release(): void {}
}
