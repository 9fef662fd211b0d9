import { describe, expect, test } from 'bun:test'
import { inBase64 } from './base64-floats.ts'

function converted(answer: unknown): unknown {
  return JSON.parse(Buffer.from(inBase64(Buffer.from(JSON.stringify(answer)))).toString())
}

describe('embeddings in base64', () => {
  test('are made of numbers, and everything else of the answer stays', () => {
    const entry = { object: 'embedding', index: 0, embedding: [1, -2.5, 0] }
    const answer = { object: 'list', data: [entry], model: 'm', usage: { prompt_tokens: 1 }, more: [1] }
    const floats = Buffer.from(new Float32Array([1, -2.5, 0]).buffer).toString('base64')
    expect(converted(answer)).toEqual({ ...answer, data: [{ ...entry, embedding: floats }] })
  })

  test('that a provider made are passed byte for byte', () => {
    const bytes = Buffer.from('{"data":[ {"embedding" : "AACAPw==","note":"\\"embedding\\""}],"n":1.0}')
    expect(inBase64(bytes)).toBe(bytes)
  })

  test('leave what is no list of numbers as it is', () => {
    const odd = { data: [{ embedding: [1, 'two'] }, null, 3], model: 'm' }
    expect(converted(odd)).toEqual(odd)
    expect(converted({ data: { embedding: [1] } })).toEqual({ data: { embedding: [1] } })
  })
})
