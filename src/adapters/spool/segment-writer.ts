// Appends lines to the segments of this process's own folder. One write for each line, with the operating system when
// it returns; after a short write the half line is taken back, so that what follows can be read.
import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordWriter } from '../../ledger/ports.ts'
import { framedBytes, frameInto } from './framing.ts'
import { own } from './owner.ts'
import { segmentName } from './segment-name.ts'

export const segmentBytes = 16 * 1024 * 1024

export class SegmentWriter implements RecordWriter {
  readonly #folder: string
  readonly #segmentBytesMax: number
  #line = Buffer.allocUnsafeSlow(4096)
  #file: number | undefined
  #number = 0
  #writtenBytes = 0
  #isFolderMade = false
  #isClosed = false

  constructor(folder: string, segmentBytesMax = segmentBytes) {
    this.#folder = folder
    this.#segmentBytesMax = segmentBytesMax
  }

  append(json: string): number {
    const file = this.#openFile()
    const bytes = framedBytes(json)
    if (bytes > this.#line.length) this.#line = Buffer.allocUnsafeSlow(bytes * 2)
    frameInto(this.#line, json)
    let written = 0
    try {
      written = writeSync(file, this.#line, 0, bytes)
    } catch (failure) {
      this.#takeBack(file)
      throw failure
    }
    if (written !== bytes) {
      this.#takeBack(file)
      throw new Error(`Only ${written} of ${bytes} bytes could be written.`)
    }
    this.#writtenBytes += written
    return written
  }

  close(): void {
    this.#isClosed = true
    this.#closeFile()
  }

  #closeFile(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #openFile(): number {
    if (this.#file !== undefined && this.#writtenBytes < this.#segmentBytesMax) return this.#file
    if (this.#isClosed) throw new Error('The spool is closed.')
    if (!this.#isFolderMade) this.#makeFolder()
    const next = openSync(join(this.#folder, segmentName(this.#number + 1)), 'ax', 0o600)
    this.#closeFile()
    this.#file = next
    this.#number += 1
    this.#writtenBytes = 0
    return next
  }

  #makeFolder(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    own(this.#folder)
    this.#isFolderMade = true
  }

  /** When not even this works, a new segment begins: a half line at the end of one is known for what it is. */
  #takeBack(file: number): void {
    try {
      ftruncateSync(file, this.#writtenBytes)
    } catch {
      this.#writtenBytes = Infinity
    }
  }
}
