import { describe, expect, test } from 'bun:test'
import { doors } from '../doors.ts'
import { parsedBody, readJsonBody } from '../json-body.ts'
import type { Door } from '../doors.ts'
import { estimateBodyTokens } from './estimate-body.ts'
import { estimateInputTokens } from './estimate-input.ts'

const { chat, responses, messages, generate } = doors
const picture = 'A'.repeat(400_000)
const film = 'A'.repeat(50_000)
const words = 'Words of a prompt. '.repeat(1_000)

/** A prompt with a picture and a document inside of it, for each dialect. */
const requests = [
  {
    door: chat,
    body: {
      model: 'm',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: words },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } },
            { type: 'file', file: { filename: 'a.pdf', file_data: film } },
          ],
        },
      ],
    },
  },
  {
    door: responses,
    body: {
      model: 'm',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: words },
            { type: 'input_image', image_url: `data:image/png;base64,${picture}` },
            { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${film}` },
          ],
        },
      ],
    },
  },
  {
    door: messages,
    body: {
      model: 'm',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: words },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: film } },
          ],
        },
      ],
    },
  },
  {
    door: generate,
    body: {
      contents: [
        {
          parts: [
            { text: words },
            { inlineData: { mimeType: 'image/png', data: picture } },
            { inline_data: { mime_type: 'application/pdf', data: film } },
          ],
        },
      ],
    },
  },
] as const

function estimateOf({ relay }: Door, value: unknown): number {
  const bytes = Buffer.from(JSON.stringify(value))
  return relay.readRequest(bytes, { model: 'm', stream: false }).estimatedInputTokens
}

describe('the estimate of a request by its body', () => {
  test.each(requests)('counts media as media and not as text: $door.endpoint', ({ door, body }) => {
    const tokens = estimateOf(door, body)
    const media = 1_500 + film.length / 25
    expect(tokens).toBeGreaterThan(words.length / 4 + media)
    expect(tokens).toBeLessThan(words.length / 4 + media + 120)
  })

  test.each(requests)('is near the one of the parsed request: $door.endpoint', ({ door, body }) => {
    const parsed = parsedBody(readJsonBody(Buffer.from(JSON.stringify({ ...body, model: 'm' }))))
    const difference = estimateOf(door, body) - estimateInputTokens(door.codec.readRequest(parsed))
    expect(Math.abs(difference)).toBeLessThan(120)
  })

  test.each(requests)('is a quarter of the bytes where there are no media: $door.endpoint', ({ door }) => {
    const text = { type: 'text', text: words }
    const turn = { role: 'user', content: [text], parts: [{ text: words }] }
    const body = { model: 'm', messages: [turn], input: [turn], contents: [turn] }
    expect(estimateOf(door, body)).toBe(Math.ceil(JSON.stringify(body).length / 4))
  })

  test('looks for media in bodies above 8 KiB only', () => {
    const sized = (bytes: number): Buffer => {
      const json = (base64: string) =>
        `{"messages":[{"content":[{"image_url":{"url":"data:image/png;base64,${base64}"}}]}]}`
      return Buffer.from(json('A'.repeat(bytes - json('').length)))
    }
    const estimate = (bytes: number): number => estimateBodyTokens(readJsonBody(sized(bytes)), chat.lens)
    expect(estimate(8191)).toBe(2048)
    expect(estimate(8192)).toBe(2048)
    expect(estimate(8193)).toBeLessThan(1_600)
  })

  test('takes a medium that lies elsewhere for a picture, and one of an unknown form for text', () => {
    const parts = [
      { file: { file_data: `data:application/pdf;base64,${film}` } },
      { file: { file_data: 'https://example.org/a.pdf' } },
      { file: { file_id: 'file_1' } },
    ]
    const body = { model: 'm', messages: [{ role: 'user', content: parts }] }
    const rest = estimateOf(chat, body) - film.length / 25 - 2 * 1_500
    expect(rest).toBeGreaterThan(0)
    expect(rest).toBeLessThan(60)
    const unknown = { model: 'm', messages: [{ role: 'user', content: [{ novelty: `x;base64,${film}` }] }] }
    expect(estimateOf(chat, unknown)).toBe(Math.ceil(JSON.stringify(unknown).length / 4))
  })
})
