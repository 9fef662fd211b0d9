// What a tap lets pass, until its reader takes it: nearly always one piece, which then costs no view and no list.
import type { AnswerReader } from '../core/answer.ts'
import { partOf } from '../core/part-of.ts'

type PieceReader = Pick<AnswerReader, 'append' | 'appendPart'>

interface Piece {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

export class ReadyBytes {
  #first: Uint8Array | undefined
  #from = 0
  #to = 0
  #more: Piece[] | undefined

  /** The bytes `[from, to)` may go on; they are not written to again. */
  add(bytes: Uint8Array, from: number, to: number): void {
    if (this.#first !== undefined) {
      ;(this.#more ??= []).push({ bytes, from, to })
      return
    }
    this.#first = bytes
    this.#from = from
    this.#to = to
  }

  /** Shows what there is, in order, and keeps it. */
  show(look: (bytes: Uint8Array, from: number, to: number) => void): void {
    if (this.#first !== undefined) look(this.#first, this.#from, this.#to)
    for (const { bytes, from, to } of this.#more ?? []) look(bytes, from, to)
  }

  /** Hands on what there is, in order, and forgets it. True when the reader is full. */
  handTo(reader: PieceReader): boolean {
    const bytes = this.#first
    if (bytes === undefined) return false
    const more = this.#more
    this.#first = this.#more = undefined
    const isFull =
      reader.appendPart === undefined
        ? reader.append(partOf(bytes, this.#from, this.#to))
        : reader.appendPart(bytes, this.#from, this.#to)
    return more === undefined ? isFull : appendAll(more, reader) || isFull
  }
}

function appendAll(pieces: readonly Piece[], reader: PieceReader): boolean {
  let isFull = false
  for (const { bytes, from, to } of pieces) isFull = reader.append(partOf(bytes, from, to)) || isFull
  return isFull
}
