// A reader in front of the client that follows what it is given, so that a stream that breaks can be gone on with. Only
// calls of models with `on_break: continue` have one.
import type { AnswerHead, AnswerReader, AnswerSource, LastWords } from '../core/answer.ts'
import type { GatewayError } from '../core/errors.ts'
import type { AnswerSoFar } from '../dialects/continuation/answer-so-far.ts'

export class FollowedReader implements AnswerReader {
  readonly #reader: AnswerReader
  readonly soFar: AnswerSoFar

  constructor(reader: AnswerReader, soFar: AnswerSoFar) {
    this.#reader = reader
    this.soFar = soFar
  }

  follow(source: AnswerSource): void {
    this.#reader.follow(source)
  }

  refuse(failure: unknown): void {
    this.#reader.refuse(failure)
  }

  head(head: AnswerHead): void {
    this.#reader.head(head)
  }

  append(bytes: Uint8Array): boolean {
    this.soFar.push(bytes)
    return this.#reader.append(bytes)
  }

  end(): void {
    this.#reader.end()
  }

  fail(error: GatewayError, lastWords?: LastWords): void {
    this.#reader.fail(error, lastWords)
  }
}
