// What a tap lets pass, until its reader takes it: nearly always one piece, which then costs no view and no list.
import type { AnswerReader } from '../core/answer.ts'

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
  add(bytes: Uint8Array, from = 0, to = bytes.byteLength): void {
    if (this.#first !== undefined) {
      ;(this.#more ??= []).push({ bytes, from, to })
      return
    }
    this.#first = bytes
    this.#from = from
    this.#to = to
  }

  /** Hands on what there is, in order, and forgets it. True when the reader is full. */
  handTo(reader: Pick<AnswerReader, 'append'>): boolean {
    const first = this.#first
    if (first === undefined) return false
    const more = this.#more
    this.#first = this.#more = undefined
    let isFull = reader.append(first, this.#from, this.#to)
    if (more === undefined) return isFull
    for (const { bytes, from, to } of more) isFull = reader.append(bytes, from, to) || isFull
    return isFull
  }
}
