import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { bodyOf, clientLenses, latin1, meaningOf, richRequests, withValueAt } from '../../test/lens-cases.ts'
import { transcriptsOf } from '../../test/transcripts.ts'
import { readJsonBody, SplicedBody } from './json-body.ts'
import type { JsonBody, Splice } from './json-body.ts'
import { splicedEvent, textSplice } from './lens.ts'

const spaces = fc.constantFrom(undefined, 1, '\t')
const anyText = fc.string({ unit: 'binary' })

function spliced({ bytes }: JsonBody, splices: readonly Splice[]): string {
  const body = new SplicedBody(bytes, splices)
  const target = Buffer.alloc(body.byteLength)
  body.writeInto(target, 0)
  return target.toString('latin1')
}

/** What is left of a text without these spans. */
function around(text: string, spans: readonly { readonly start: number; readonly end: number }[]): string {
  return splicedEvent(
    text,
    spans.map(({ start, end }) => ({ start, end, text: '' })),
  )
}

function parsed(latin1Text: string): unknown {
  return JSON.parse(Buffer.from(latin1Text, 'latin1').toString())
}

function requestsOf(name: string): readonly unknown[] {
  return [richRequests[name], ...transcriptsOf(name).map(({ request }) => request)]
}

describe.each(clientLenses)('the lens of $name', ({ name, lens }) => {
  const requests = requestsOf(name)

  test('changes exactly the texts of a request that are to be changed, and no byte around them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...requests), spaces, fc.func(fc.option(anyText)), (value, space, pick) => {
        const body = bodyOf(value, space)
        const changes = lens.texts(body).flatMap((segment, index) => {
          const text = pick(index)
          return text === null ? [] : [{ segment, text }]
        })
        const result = spliced(
          body,
          changes.map(({ segment, text }) => textSplice(segment, text)),
        )
        const wanted = changes.reduce((sum, { segment, text }) => withValueAt(sum, segment.path, text), value)
        expect(parsed(result)).toEqual(wanted)
        const spans = changes.map(({ segment }) => segment)
        const after = lens.texts(readJsonBody(Buffer.from(result, 'latin1')))
        const changed = after.filter(({ path }) => spans.some((segment) => segment.path === path))
        expect(around(result, changed)).toBe(around(body.latin1, spans))
      }),
      { numRuns: 60 },
    )
  })

  test('puts back a text as it was without changing what the request says', () => {
    for (const value of requests) {
      const body = bodyOf(value)
      const splices = lens.texts(body).map((segment) => textSplice(segment, segment.text))
      expect(parsed(spliced(body, splices))).toEqual(value)
    }
  })

  test('changes exactly one text of an event, and no byte around it', () => {
    const events = transcriptsOf(name).flatMap(({ stream }) => stream)
    const texts = events.flatMap((event) =>
      (lens.event(latin1(event.data), event.name)?.texts ?? []).map((saying) => ({ event, saying })),
    )
    fc.assert(
      fc.property(fc.constantFrom(...texts), anyText, ({ event, saying }, text) => {
        const before = latin1(event.data)
        const after = splicedEvent(before, [textSplice(saying, text)])
        expect(parsed(after)).toEqual(withValueAt(JSON.parse(event.data), saying.path, text))
        expect(after.startsWith(before.slice(0, saying.start))).toBe(true)
        expect(after.endsWith(before.slice(saying.end))).toBe(true)
        const again = lens.event(after, event.name)?.texts.find(({ start }) => start === saying.start)
        expect(again?.text).toBe(text)
      }),
      { numRuns: 100 },
    )
  })

  test('finds in streams and whole answers what the translation finds', () => {
    for (const { stream, whole, events } of transcriptsOf(name)) {
      const meanings =
        whole === undefined
          ? stream.flatMap((event) => lens.event(latin1(event.data), event.name) ?? [])
          : [meaningOf(lens, whole)]
      const says = (mark: string): boolean =>
        meanings.some((meaning) => [...meaning.says].some((one) => one === mark))
      const tells = (kind: string): boolean => events.some((event) => event.kind === kind)
      expect(says('text')).toBe(tells('text-delta') || events.some((event) => 'transcript' in event))
      expect(says('refusal')).toBe(tells('refusal-delta'))
      expect(says('reasoning')).toBe(tells('reasoning-delta'))
      if (tells('usage')) expect(says('usage')).toBe(true)
      if (tells('error')) expect(says('error')).toBe(true)
    }
  })

  test('throws for nothing that a request or an event can be, and finds nothing in it that is no string', () => {
    const names = [...JSON.stringify(requests).matchAll(/"(\w+)":/g)].map((found) => found[1] ?? '')
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, 1, true, '', 'text', 'data:x', 'tool_result', 'base64'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...new Set(names)), tie('value'), { maxKeys: 5 }),
      ),
    }))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...new Set(names)), value, { maxKeys: 6 }), (body) => {
        const read = bodyOf(body)
        for (const { path, text } of lens.texts(read)) expect(withValueAt(body, path, text)).toEqual(body)
        for (const { start, end } of lens.media(read)) expect(read.latin1.slice(start, end)).toMatch(/^".*"$/)
        for (const { path, text } of meaningOf(lens, body).texts) {
          expect(withValueAt(body, path, text)).toEqual(body)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('takes no event for one that is not JSON, not an object, or nested beyond reason', () => {
    for (const text of [
      '',
      '[DONE]',
      '[{}]',
      '"x"',
      '{"a":',
      '{"a":1}}',
      `{"a":${'['.repeat(600)}${']'.repeat(600)}}`,
    ]) {
      expect(lens.event(text, '')).toBeUndefined()
    }
  })

  test('sees a request at the deepest nesting that is let in', () => {
    const deep = `${'{"content":['.repeat(31)}${']}'.repeat(31)}`
    for (const member of ['messages', 'input', 'contents', 'tools']) {
      expect(() => lens.texts(readJsonBody(Buffer.from(`{"${member}":${deep}}`)))).not.toThrow()
    }
  })

  test('reads 200 kB in less than two milliseconds', () => {
    const [list, entries] =
      Object.entries(richRequests[name] ?? {}).find(([, value]) => Array.isArray(value)) ?? []
    if (list === undefined || !Array.isArray(entries)) throw new Error('A request without a list.')
    const first: unknown = entries[0]
    const many = JSON.stringify(first).replace(
      /Be brief[^"]*|Hello|Look[^"]*/,
      'words of a long chat, '.repeat(80),
    )
    const count = Math.ceil(200_000 / many.length)
    const body = readJsonBody(
      Buffer.from(`{"${list}":[${Array.from({ length: count }, () => many).join()}]}`),
    )
    const tookMs = Array.from({ length: 15 }, () => {
      const startMs = performance.now()
      expect(lens.texts(body).length).toBeGreaterThanOrEqual(count)
      return performance.now() - startMs
    })
    expect(Math.min(...tookMs)).toBeLessThan(2)
  })
})
