// Follows the frames of a zstd stream (RFC 8878, section 3) to know whether its last one is whole: the runtime's decoder
// takes a stream that stops short for one that has ended.

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const idBytes = [0, 1, 2, 4]
const sizeBytes = [0, 2, 4, 8]

type Part = 'magic' | 'descriptor' | 'header' | 'skippable-size' | 'block-header' | 'content' | 'checksum'

export class ZstdFrames {
  #part: Part = 'magic'
  /** Bytes still to come of this part; those of a number are gathered in `number`, the lowest first. */
  #left = 4
  #number = 0
  #scale = 1
  #hasChecksum = false
  #isLastBlock = false
  #hasFrame = false

  /** Everything so far makes whole frames. */
  get isWhole(): boolean {
    return this.#hasFrame && this.#part === 'magic' && this.#left === 4
  }

  push(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      const taken = Math.min(this.#left, bytes.length - at)
      if (this.#part !== 'content' && this.#part !== 'header') {
        for (let index = at; index < at + taken; index += 1) {
          this.#number += Number(bytes[index]) * this.#scale
          this.#scale *= 256
        }
      }
      at += taken
      this.#left -= taken
      while (this.#left === 0) this.#next()
    }
  }

  #expect(part: Part, left: number): void {
    this.#part = part
    this.#left = left
    this.#number = 0
    this.#scale = 1
  }

  #next(): void {
    switch (this.#part) {
      case 'magic':
        // What is no frame at all is for the decoder to refuse.
        if (this.#number === frameMagic) return this.#expect('descriptor', 1)
        if (this.#number >= skippableMagic && this.#number < skippableMagic + 16) {
          return this.#expect('skippable-size', 4)
        }
        return this.#expect('content', Number.POSITIVE_INFINITY)
      case 'descriptor':
        return this.#readDescriptor(this.#number)
      case 'header':
        return this.#expect('block-header', 3)
      case 'skippable-size':
        this.#isLastBlock = true
        this.#hasChecksum = false
        return this.#expect('content', this.#number)
      case 'block-header':
        return this.#readBlockHeader(this.#number)
      case 'content':
        if (!this.#isLastBlock) return this.#expect('block-header', 3)
        return this.#hasChecksum ? this.#expect('checksum', 4) : this.#endFrame()
      case 'checksum':
        return this.#endFrame()
    }
  }

  #endFrame(): void {
    this.#hasFrame = true
    this.#expect('magic', 4)
  }

  #readDescriptor(descriptor: number): void {
    const isSingle = (descriptor & 0x20) !== 0
    this.#hasChecksum = (descriptor & 4) !== 0
    const contentSize = descriptor >> 6
    const sizeField = contentSize === 0 && isSingle ? 1 : Number(sizeBytes[contentSize])
    this.#expect('header', (isSingle ? 0 : 1) + Number(idBytes[descriptor & 3]) + sizeField)
  }

  #readBlockHeader(header: number): void {
    this.#isLastBlock = (header & 1) === 1
    const isRepeated = ((header >> 1) & 3) === 1
    this.#expect('content', isRepeated ? 1 : header >> 3)
  }
}
