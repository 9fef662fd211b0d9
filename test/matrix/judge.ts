// What must hold at both ends of one call, feature by feature. The texts and the numbers are the simulator's own.
import { expect } from 'bun:test'
import type { BillEntry } from '../simulator/bill.ts'
import { expectedText, refusalText } from '../simulator/expected-text.ts'
import { unsealed } from '../simulator/seal.ts'
import type { SealKind } from '../simulator/seal.ts'
import type { Back, Received } from './back.ts'
import { asksReasoning, page, pixel, question, rule, stopText, toolsFor, weatherSchema } from './front.ts'
import type { Feature, Seen } from './front.ts'

export interface Exchange {
  readonly back: Back
  /** The provider speaks the client's dialect, and is sent what the client said. */
  readonly isRelay: boolean
  readonly feature: Feature
  readonly status: number
  readonly dropped: string | null
  readonly text: string
  /** Undefined where the call was refused. */
  readonly seen: Seen | undefined
  /** What the provider was asked, request by request. */
  readonly received: readonly Received[]
  readonly bill: BillEntry | undefined
}

const thought = 'thought0 thought1 thought2 thought3 '

/** Nothing of the request was lost on its way. */
export function judgeReceived({ received: asked, feature, status, dropped, text }: Exchange): void {
  expect(status, text).toBe(200)
  const received = theOnly(asked)
  // A file's name is worth a word, but is not what was asked for.
  if (!(feature === 'file' && dropped?.endsWith('.filename'))) expect(dropped).toBeNull()
  expect(received.user.trim()).toBe(question)
  expect(received.system).toBe(feature === 'system' ? rule : '')
  expect(received.images).toEqual(feature === 'image' ? [pixel] : [])
  expect(received.files).toEqual(feature === 'file' ? [page] : [])
  expect(received.stop).toEqual(feature === 'stop' ? [stopText] : undefined)
  expect(received.asksReasoning).toBe(asksReasoning(feature))
  if (feature === 'schema') expect(received.schema).toEqual(weatherSchema)
  else expect(received.tools).toEqual(toolsFor(feature).map(({ name, schema }) => ({ name, schema })))
  if (feature === 'tool results') judgeHistory(received)
}

function theOnly(asked: readonly Received[]): Received {
  const [received] = asked
  expect(asked).toHaveLength(1)
  if (received === undefined) throw new Error('nothing was asked')
  return received
}

function judgeHistory({ calls, results }: Received): void {
  const told = toolsFor('tool results')
  expect(calls.map((call) => [call.name, call.arguments])).toEqual(
    told.map(({ name, call }) => [name, call.arguments]),
  )
  // Each result must still belong to its call.
  expect(new Set(calls.map(({ id }) => id)).size).toBe(told.length)
  expect(calls.map(({ id }) => results.find(({ call }) => call === id)?.text)).toEqual(
    told.map(({ result }) => result),
  )
}

/** Nothing of the answer was lost on its way back. */
export function judgeAnswer(exchange: Exchange, stream: boolean): Seen {
  const { seen, feature, bill } = exchange
  if (seen === undefined) throw new Error('it was refused')
  if (feature === 'mid-stream error') return judgeBroken(seen, exchange)
  expect(seen.error).toBe('')
  expect(seen.isEnded).toBe(stream)
  judgeWords(seen, exchange)
  judgeCalls(seen, feature)
  expect([seen.inputTokens, seen.outputTokens]).toEqual([bill?.inputTokens ?? 0, bill?.outputTokens ?? 0])
  expect(seen.outputTokens).toBeGreaterThan(0)
  if (feature !== 'usage') return seen
  expect(seen.reasoningTokens).toBe(exchange.back.hidesThoughtTokens === true ? 0 : 4)
  return seen
}

function judgeWords(seen: Seen, { feature, back }: Exchange): void {
  if (feature === 'refusal') {
    // Some add why.
    expect(seen.text + seen.refusal).toStartWith(refusalText)
    const isTold = seen.refusal !== '' || seen.finish === 'content_filter'
    expect(isTold).toBe(back.refusesInWords !== true)
    return
  }
  const calls = callsIn(feature)
  expect(seen.refusal).toBe('')
  expect(seen.text).toBe(calls.length > 0 ? '' : expectedFor(feature))
  expect(seen.finish).toBe(calls.length > 0 ? 'tool_calls' : 'stop')
  if (asksReasoning(feature)) expect(seen.reasoning).toBe(thought)
}

function judgeCalls(seen: Seen, feature: Feature): void {
  expect(seen.calls.map(({ name, arguments: given }) => [name, given])).toEqual([...callsIn(feature)])
  const ids = seen.calls.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).not.toContain('')
}

/** What the simulator calls: each tool once, with a sample of its schema; none after a result. */
function callsIn(feature: Feature): readonly unknown[][] {
  if (feature === 'tool results') return []
  return toolsFor(feature).map(({ name, schema }) => [
    name,
    Object.fromEntries(Object.keys(schema.properties).map((property) => [property, 'text'])),
  ])
}

function expectedFor(feature: Feature): string {
  const tools = toolsFor(feature)
  const schema = { type: 'json_schema', json_schema: { schema: weatherSchema } }
  return expectedText(
    {
      model: 'ok',
      messages: [
        ...(feature === 'system' ? [{ role: 'system', content: rule }] : []),
        { role: 'user', content: question },
        ...(feature === 'tool results' ? tools.map(({ result }) => ({ role: 'tool', content: result })) : []),
      ],
      ...(feature === 'schema' ? { response_format: schema } : {}),
    },
    {},
  )
}

/** It broke after some words: they are there, then the error in the client's own dialect, and no end. */
function judgeBroken(seen: Seen, { feature }: Exchange): Seen {
  expect(seen.text).not.toBe('')
  expect(expectedFor(feature).startsWith(seen.text)).toBe(true)
  expect(seen.error).not.toBe('')
  expect(seen.isEnded).toBe(false)
  expect(seen.finish).toBe('')
  return seen
}

/** The thought came back to who had it: under the very seal, where it makes any. */
export function judgeSecondTurn(exchange: Exchange): void {
  const { back, isRelay, received: asked, seen, status, text } = exchange
  expect(status, text).toBe(200)
  const received = theOnly(asked)
  expect(seen?.text).not.toBe('')
  expect(seen?.calls).toEqual([])
  expect(received.calls.map(({ name }) => name)).toEqual(['get_weather'])
  expect(received.results).toEqual([{ call: received.calls[0]?.id ?? '', text: 'a fine day' }])
  expect(received.thoughts).toBe(back.thoughtsInSeal === true && !isRelay ? '' : thought)
  if (!back.seals) return
  expect(received.seals.length).toBeGreaterThan(0)
  for (const seal of received.seals) expect(unsealed(back.name as SealKind, seal)).toBe(thought)
}

/**
 * Either the client is refused, by a provider of its own dialect or before anybody is asked; or it is answered without
 * what cannot be asked for, and told so.
 */
export function judgeLacking(exchange: Exchange): void {
  const { feature, isRelay, status, dropped, text, received: asked, bill } = exchange
  if (status !== 200) {
    expect([status, bill?.status], text).toEqual([400, isRelay ? 400 : undefined])
    expect(asked).toHaveLength(isRelay ? 1 : 0)
    return
  }
  expect(dropped).toMatch(feature === 'stop' ? /stop/i : /\[1\]$/)
  const received = theOnly(asked)
  expect(received.user.trim()).toBe(question)
  expect(feature === 'stop' ? received.stop : received.files[0]).toBeUndefined()
}
