// What a relay must know of an embeddings request: the model's name, which it changes, and that there is an input.
import { InvalidType, MissingParameter } from '../../core/errors.ts'
import { findMembers, readJsonBody, spliced, stringMember } from '../json-body.ts'

export interface EmbeddingsRequest {
  readonly model: string
  /** A guess from the size of the body, four bytes a token. */
  readonly estimatedInputTokens: number
  /** The request's bytes with the provider's name of the model, which comes as ASCII JSON. */
  bodyFor(modelJson: string): readonly Uint8Array[]
}

const names = new Map([
  ['model', 'model'],
  ['input', 'input'],
] as const)

/** Reads an embeddings request's bytes. Throws the GatewayErrors of bad input. */
export function readEmbeddingsRequest(bytes: Uint8Array): EmbeddingsRequest {
  const body = readJsonBody(bytes)
  const { model, input } = findMembers<string>(body, names)
  if (model === undefined) throw new MissingParameter('model')
  if (input === undefined) throw new MissingParameter('input')
  const first = body.latin1.charAt(input.start)
  if (first !== '"' && first !== '[')
    throw new InvalidType('input', 'a string or an array of strings or tokens')
  return {
    model: stringMember(body, model),
    estimatedInputTokens: Math.ceil(bytes.length / 4),
    bodyFor: (modelJson) => spliced(bytes, [{ start: model.start, end: model.end, text: modelJson }]),
  }
}
