// Every case in test/fixtures/openai-chat: its request is read without a loss that it does not expect, and its wire
// text becomes its events.
import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { openaiChat } from './codec.ts'

const root = fileURLToPath(new URL('../../../test/fixtures/openai-chat', import.meta.url))
const cases = readdirSync(root)

function textOf(name: string, file: string): string {
  return readFileSync(`${root}/${name}/${file}`, 'utf8')
}

function jsonOf(name: string, file: string): unknown {
  return JSON.parse(textOf(name, file))
}

function read(name: string): readonly AnswerEvent[] {
  if (existsSync(`${root}/${name}/wire.json`)) return openaiChat.readAnswer(jsonOf(name, 'wire.json'))
  const reader = openaiChat.openReader()
  const blocks = textOf(name, 'wire.sse').split('\n\n')
  return blocks
    .filter((block) => block.startsWith('data: '))
    .flatMap((block) => reader.read({ name: '', data: block.slice('data: '.length) }))
}

describe('the fixtures of chat completions', () => {
  test('there are some', () => {
    expect(cases.length).toBeGreaterThan(15)
  })

  test.each(cases)('%s', (name) => {
    expect(read(name)).toEqual(jsonOf(name, 'events.json') as AnswerEvent[])
  })

  test.each(cases)('the request of %s', (name) => {
    const request = jsonOf(name, 'request.json') as Record<string, unknown>
    const unknown = ['web_search_options', 'moderation', 'prompt_cache_options']
    const expected = unknown.filter((member) => member in request)
    expect(openaiChat.readRequest(request).unplaced).toEqual(expected)
  })

  test.each(cases)('%s cut off before its end has no end', (name) => {
    const events = read(name)
    const last = events.at(-1)
    expect(['end', 'error']).toContain(last?.kind ?? '')
    expect(events.filter((event) => event.kind === 'end').length).toBeLessThanOrEqual(1)
    const writer = openaiChat.openWriter({ id: 'x', model: 'm', nowSeconds: 1, wantsUsage: true })
    const cut = events.slice(0, -1).map((event) => writer.write(event))
    expect(cut.join('')).not.toContain('[DONE]')
  })
})
