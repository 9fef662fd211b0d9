// Compresses a body piece by piece, flushing after each so that a stream stays a stream.
import { createBrotliCompress, createDeflate, createGzip } from 'node:zlib'
import type { Wire } from './behaviour.ts'

export interface Compressor {
  push(bytes: Uint8Array): Promise<Uint8Array>
  finish(): Promise<Uint8Array>
}

const makers = { gzip: createGzip, deflate: createDeflate, br: createBrotliCompress } as const

export function compressor(encoding: NonNullable<Wire['encoding']>): Compressor {
  const machine = makers[encoding]()
  let chunks: Buffer[] = []
  machine.on('data', (chunk: Buffer) => chunks.push(chunk))
  const take = (): Uint8Array => {
    const taken = Buffer.concat(chunks)
    chunks = []
    return taken
  }
  return {
    push: (bytes) =>
      new Promise((resolve) => {
        machine.write(bytes)
        machine.flush(() => resolve(take()))
      }),
    finish: () =>
      new Promise((resolve) => {
        machine.once('end', () => resolve(take()))
        machine.end()
      }),
  }
}
