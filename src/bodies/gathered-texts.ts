// The texts of one prompt or one answer, as far as they can be kept: no more is held in memory than will be written, and what
// comes in pieces is one text again before anything is looked for in it.
import { lookAheadChars, masked } from './masks/masked.ts'
import type { MaskName } from './masks/mask-names.ts'
import type { KeptText } from './ports.ts'

interface Gathered {
  readonly role: string
  readonly kind: string
  text: string
}

export interface Said {
  readonly role: string
  readonly kind: string
  readonly text: string
}

export class GatheredTexts {
  readonly #bytesMax: number
  readonly #texts = new Map<string, Gathered>()
  #chars = 0
  #isCut = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Nothing more can be added. */
  get isFull(): boolean {
    return this.#chars >= this.#bytesMax + lookAheadChars
  }

  /** Something that was said is left out. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** Adds a piece to the text of this lane. */
  add(lane: string, { role, kind, text }: Said): void {
    const room = this.#bytesMax + lookAheadChars - this.#chars
    if (text.length > room) this.#isCut = true
    const piece = text.slice(0, Math.max(0, room))
    if (piece === '') return
    const known = this.#texts.get(lane)
    if (known === undefined) this.#texts.set(lane, { role, kind, text: piece })
    else known.text += piece
    this.#chars += piece.length
  }

  /** This is all of the text of this lane, whether pieces of it came before or not. */
  put(lane: string, said: Said): void {
    const known = this.#texts.get(lane)
    if (known !== undefined) {
      this.#texts.delete(lane)
      this.#chars -= known.text.length
    }
    this.add(lane, said)
  }

  /** As it may be written. */
  kept(masks: readonly MaskName[]): readonly KeptText[] {
    const kept: KeptText[] = []
    let room = this.#bytesMax
    for (const { role, kind, text } of this.#texts.values()) {
      const chars = charsWithin(text, room)
      if (chars < text.length) this.#isCut = true
      if (chars === 0) break
      kept.push({ role, kind, text: masked(text, masks, chars) })
      room -= Buffer.byteLength(text.slice(0, chars))
    }
    return kept
  }
}

/** How many characters of a text have a place in so many bytes of UTF-8. */
function charsWithin(text: string, bytesMax: number): number {
  if (text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax) return text.length
  return new TextEncoder().encodeInto(text, new Uint8Array(bytesMax)).read
}
