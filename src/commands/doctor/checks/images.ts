// Does it see? A small picture of one colour, made here, and a question that only its colour answers.
import { crc32, deflateSync } from 'node:zlib'
import { textOf } from '../exam.ts'
import type { Exam } from '../exam.ts'
import { about, finding } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { withoutAnswer } from './answer-form.ts'

const edgePixels = 64
const red = [220, 20, 20] as const

/** `images`. */
export async function images(exam: Exam): Promise<readonly Finding[]> {
  const base64 = pngOf(red).toString('base64')
  const parts = [
    { kind: 'text', text: 'Which colour is this picture? Answer with one English word.' },
    { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', base64 } },
  ] as const
  const heard = await exam.askTurns([{ role: 'user', parts }], { maxTokens: 1_000 })
  const known = withoutAnswer('images', heard, [exam, 'messages[0].content[1]'])
  if (known !== undefined) return [about('vision', known)]
  if (/\bred\b/i.test(textOf(heard))) return [about('vision', finding('images', 'ok', ['It sees pictures.']))]
  return [finding('images', 'weak', ['It takes a picture, but does not say which colour it has.'])]
}

/** https://www.w3.org/TR/png-3/: one colour, eight bits each of red, green and blue. */
export function pngOf(colour: readonly [number, number, number]): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(edgePixels, 0)
  header.writeUInt32BE(edgePixels, 4)
  header.set([8, 2], 8)
  const line = Buffer.from([0, ...Array.from({ length: edgePixels }, () => colour).flat()])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: edgePixels }, () => line)))
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
