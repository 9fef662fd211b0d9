// The parts of an answer that are being written: what of them was said so far, and their form on the wire, which grows
// with them.
import type { Citation, TokenLogprob } from '../../core/answer-event.ts'
import { writeCitation } from './citations.ts'
import { writeLogprobs } from './logprobs.ts'

export type Wire = Record<string, unknown>

/** Text of a message, with what hangs on it. */
export interface TextPart {
  readonly kind: 'text'
  text: string
  readonly annotations: Wire[]
  readonly logprobs: Wire[]
  /** Characters of the answer's text before this part. */
  readonly textBefore: number
}

export interface RefusalPart {
  readonly kind: 'refusal'
  text: string
}

export interface SoundPart {
  readonly kind: 'sound'
  readonly pieces: string[]
  transcript: string
}

export type MessagePart = TextPart | RefusalPart | SoundPart

export type PartOf<Kind extends MessagePart['kind']> = Extract<MessagePart, { readonly kind: Kind }>

export function newPart(kind: MessagePart['kind'], textBefore: number): MessagePart {
  if (kind === 'text') return { kind, text: '', annotations: [], logprobs: [], textBefore }
  return kind === 'refusal' ? { kind, text: '' } : { kind, pieces: [], transcript: '' }
}

/** A part as it is now. */
export function partWire(part: MessagePart): Wire {
  switch (part.kind) {
    case 'text':
      return { type: 'output_text', text: part.text, annotations: part.annotations, logprobs: part.logprobs }
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'sound':
      return { type: 'output_audio', data: joinedBase64(part.pieces), transcript: part.transcript }
  }
}

/** Adds a citation and gives it as it is on the wire. */
export function annotate(part: TextPart, citation: Citation): Wire {
  const annotation = writeCitation(citation, part.textBefore, part.text.length)
  part.annotations.push(annotation)
  return annotation
}

/** Adds log probabilities and gives them as they are on the wire. */
export function addLogprobs(part: TextPart, logprobs: readonly TokenLogprob[]): readonly Wire[] {
  const written = writeLogprobs(logprobs)
  part.logprobs.push(...written)
  return written
}

/** Pieces of base64 as one: each of them may be padded. */
export function joinedBase64(pieces: readonly string[]): string {
  if (pieces.length === 1) return pieces[0] ?? ''
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64')
}
