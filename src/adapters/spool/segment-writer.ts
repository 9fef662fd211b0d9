// Appends lines to the segments of this process's own folder. A segment is a file of zeros that is mapped into memory:
// a line is with the operating system as soon as it is copied there, without a system call, and no later write can find
// the disk full, because the space was taken when the segment was made.
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordWriter } from '../../ledger/ports.ts'
import { framedBytes, frameInto } from './framing.ts'
import { own } from './owner.ts'
import type { SpoolPosition } from './ship-messages.ts'
import { segmentName } from './segment-name.ts'

export const segmentBytes = 1024 * 1024

const zeros = Buffer.alloc(64 * 1024)

export class SegmentWriter implements RecordWriter {
  readonly #folder: string
  readonly #segmentBytes: number
  /** The segment's memory; empty when there is none. */
  #segment: Buffer = Buffer.alloc(0)
  #writtenBytes = 0
  #number = 0
  #isFolderMade = false
  #isClosed = false

  constructor(folder: string, segmentSizeBytes = segmentBytes) {
    this.#folder = folder
    this.#segmentBytes = segmentSizeBytes
  }

  append(text: string): number {
    const bytes = framedBytes(text)
    if (this.#writtenBytes + bytes > this.#segment.length) this.#nextSegment(bytes)
    frameInto(this.#segment, this.#writtenBytes, text)
    this.#writtenBytes += bytes
    return bytes
  }

  /** Up to here everything is written; what comes after is not to be read yet. */
  position(): SpoolPosition {
    return { segment: this.#number === 0 ? '' : segmentName(this.#number), bytes: this.#writtenBytes }
  }

  close(): void {
    this.#isClosed = true
    this.#finishSegment()
  }

  /** Throws when the disk has no room, with everything as it was. */
  #nextSegment(bytes: number): void {
    if (this.#isClosed) throw new Error('The spool is closed.')
    if (!this.#isFolderMade) this.#makeFolder()
    const path = this.#pathOf(this.#number + 1)
    const next = makeSegment(path, Math.max(bytes, this.#segmentBytes))
    this.#finishSegment()
    this.#segment = next
    this.#number += 1
    this.#writtenBytes = 0
  }

  /** Gives back the room that was not used. */
  #finishSegment(): void {
    if (this.#segment.length === 0) return
    this.#segment = Buffer.alloc(0)
    truncateSync(this.#pathOf(this.#number), this.#writtenBytes)
  }

  #pathOf(number: number): string {
    return join(this.#folder, segmentName(number))
  }

  #makeFolder(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    own(this.#folder)
    this.#isFolderMade = true
  }
}

/** The memory of a new file of zeros. They are written, not skipped: in a file with holes a full disk kills the process. */
function makeSegment(path: string, bytes: number): Buffer {
  const file = openSync(path, 'wx', 0o600)
  try {
    for (let left = bytes; left > 0;) left -= writeSync(file, zeros, 0, Math.min(left, zeros.length))
    const memory = Bun.mmap(path, { shared: true })
    return Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength)
  } catch (failure) {
    rmSync(path, { force: true })
    throw failure
  } finally {
    closeSync(file)
  }
}
