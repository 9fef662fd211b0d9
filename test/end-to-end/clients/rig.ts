// What every official client is judged with: a gateway in front of all five dialects, the words that the simulated
// provider will say, and its bill. Nothing here knows a client.
import { expect } from 'bun:test'
import type { Behaviour } from '../../simulator/behaviour.ts'
import type { BillEntry } from '../../simulator/bill.ts'
import { expectedText } from '../../simulator/expected-text.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { asksForSum, sumsAsked } from './adding-tool.ts'
import { fiveProviders, startFiveDialects } from '../five-dialects.ts'
import type { FiveDialects } from '../five-dialects.ts'
import { testKey } from '../start-gateway.ts'
import { bodyText } from '../../simulator/last-request.ts'

export interface Rig extends FiveDialects {
  /** The gateway's, for clients that add the version themselves. */
  readonly url: string
  /** The gateway's, for clients that do not. */
  readonly v1: string
  readonly key: string
  /** Makes a test begin anew, whatever became of the one before. */
  forget(): void
}

export async function startRig(): Promise<Rig> {
  const five = await startFiveDialects()
  const { simulator, gateway } = five
  return {
    ...five,
    url: gateway.url,
    v1: `${gateway.url}/v1`,
    key: testKey,
    forget: () => {
      simulator.clearScript()
      sumsAsked()
    },
  }
}

/** Each upstream's dialect, a model of it, and its provider. */
export const upstreams = Object.entries(fiveProviders).map(
  ([dialect, provider]) => [dialect, `${provider}/m`, provider] as const,
)

export const question = 'Which way do gates open, and why?'

/** Words of many scripts, so that whoever cuts a character in two is found out. */
export const speaks: Behaviour = { answer: { tokens: 24, multibyte: true } }

/** What the provider says then: it begins with a mark of all words that it was asked with, in order. */
export function spoken(...said: readonly string[]): string {
  const asked = said.length === 0 ? [question] : said
  return expectedText({ messages: asked.map((content) => ({ role: 'user', content })) }, speaks)
}

/** Thinks before it speaks, or before it calls. */
export const thinks: Behaviour = { answer: { ...speaks.answer, reasoningTokens: 3 } }
export const thinksOfSum: Behaviour = { answer: { ...asksForSum.answer, reasoningTokens: 3 } }
export const thought = 'thought0 thought1 thought2 '

/** Breaks in the middle, with words before it in each dialect. */
export const breaks: Behaviour = { ...speaks, fault: { kind: 'error-event', atEvent: 12 } }

/** Goes on until the client leaves. */
export const goesOn: Behaviour = { fault: { kind: 'endless' }, delays: { betweenEventsMs: 5 } }

/** A model that the provider does not know, though its name looks like one of this gateway's. */
export function unknownAt(provider: string): string {
  return `${provider}/sim/no-such-model`
}

/** The tokens that the provider has billed for its latest answers. */
export function billed(
  simulator: Simulator,
  answers = 1,
): { readonly input: number; readonly output: number } {
  const entries = simulator.bill.slice(-answers)
  return { input: sumOf(entries, 'prompt_tokens'), output: sumOf(entries, 'completion_tokens') }
}

function sumOf(entries: readonly BillEntry[], name: 'prompt_tokens' | 'completion_tokens'): number {
  return entries.reduce((sum, { usageSent }) => sum + Number(usageSent?.[name]), 0)
}

/** The bodies of the latest requests that providers were sent, as text. */
export function sentBodies(simulator: Simulator, count: number): readonly string[] {
  return simulator.requests.slice(-count).map(bodyText)
}

/** What came before a stream broke is the beginning of the answer, and not nothing. */
export function expectBeginning(text: string): void {
  expect(text).not.toBe('')
  expect(spoken()).toStartWith(text)
  expect(text.length).toBeLessThan(spoken().length)
}
