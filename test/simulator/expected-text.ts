// The text that the simulator answers with, as a pure function of the request and the behaviour: a test
// computes it and compares byte for byte. The first word is a mark of the prompt, so that answers cannot be
// mixed up unnoticed.
import type { Behaviour } from './behaviour.ts'
import { behaviourOfModel } from './behaviour-of-model.ts'
import { isRecord, textOf } from './chat-question.ts'
import type { ChatQuestion } from './chat-question.ts'
import { sampleOfSchema } from './sample-of-schema.ts'

/** What a refusal says. */
export const refusalText = 'I cannot help with that.'

const tokensByDefault = 16
const lengthMax = 1000
const jsonTokenLength = 4
const hugeBodyTokenLength = 16_384

const multibyteWords = [' grüße', ' 你好', ' 👩‍👩‍👧‍👦', ' a\u2028b', ' 🇪🇺', ' \u00a0ñ', ' "q\\', ' क्षि']

/** The text of one choice. Without a behaviour, the one spelled in the model's name counts, else none. */
export function expectedText(question: ChatQuestion, behaviour?: Behaviour, choice = 0): string {
  const chosen = behaviour ?? behaviourOfModel(question.model) ?? {}
  return expectedTokens(question, chosen, choice).join('')
}

/** The same text in the pieces in which a stream sends it. */
export function expectedTokens(question: ChatQuestion, behaviour: Behaviour, choice = 0): readonly string[] {
  const all = allTokens(question, behaviour, choice)
  const max = maxTokensOf(question)
  return max === undefined || hasHugeText(behaviour) ? all : all.slice(0, max)
}

/** True when `max_tokens` is smaller than what would have been said: the finish reason is `length`. */
export function isCutByMaxTokens(question: ChatQuestion, behaviour: Behaviour, choice = 0): boolean {
  const max = maxTokensOf(question)
  if (max === undefined || hasHugeText(behaviour)) return false
  return allTokens(question, behaviour, choice).length > max
}

/** The n-th word of a derived answer, for streams without an end. */
export function wordAt(index: number, behaviour: Behaviour): string {
  if (behaviour.answer?.multibyte !== true) return ` word${index}`
  return `${multibyteWords[index % multibyteWords.length] ?? ''}${index}`
}

function allTokens(question: ChatQuestion, behaviour: Behaviour, choice: number): readonly string[] {
  const { answer = {}, fault } = behaviour
  if (fault?.kind === 'huge-event') return ['x'.repeat(fault.bytes)]
  if (fault?.kind === 'huge-body') return pieces('y'.repeat(fault.bytes), hugeBodyTokenLength)
  if (answer.refusal === true) return splitBeforeSpace(refusalText)
  if (answer.text !== undefined) return splitBeforeSpace(answer.text)
  const json = expectedJson(question)
  if (json !== undefined) return pieces(json, jsonTokenLength)
  const count = answer.tokens ?? lengthOf(question)
  const mark = markOf(question, choice)
  return Array.from({ length: count }, (_, index) => (index === 0 ? mark : wordAt(index, behaviour)))
}

function hasHugeText(behaviour: Behaviour): boolean {
  return behaviour.fault?.kind === 'huge-event' || behaviour.fault?.kind === 'huge-body'
}

/** A small `max_tokens` is taken as the length of the answer; a great one is only the limit that some APIs demand. */
function lengthOf(question: ChatQuestion): number {
  const max = maxTokensOf(question)
  return max === undefined || max >= lengthMax ? tokensByDefault : max
}

/** The bound of an answer that a question sets. */
export function maxTokensOf(question: ChatQuestion): number | undefined {
  return question.max_completion_tokens ?? question.max_tokens ?? undefined
}

/** JSON text when the request asks for JSON. */
function expectedJson(question: ChatQuestion): string | undefined {
  const format = question.response_format
  if (!isRecord(format)) return undefined
  if (format['type'] === 'json_object') return JSON.stringify({ answer: markOf(question, 0) })
  const wrapper = format['json_schema']
  if (format['type'] !== 'json_schema' || !isRecord(wrapper)) return undefined
  return JSON.stringify(sampleOfSchema(wrapper['schema']))
}

/** FNV-1a over the prompt's text: short, stable and different for different prompts. */
function markOf(question: ChatQuestion, choice: number): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(textOf(question.messages))) hash = Math.imul(hash ^ byte, 0x01000193)
  const mark = (hash >>> 0).toString(16).padStart(8, '0')
  return choice === 0 ? `m${mark}` : `m${mark}.${choice}`
}

function splitBeforeSpace(text: string): readonly string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+$/gu) ?? []
}

function pieces(text: string, length: number): readonly string[] {
  const characters = Array.from(text)
  const found: string[] = []
  for (let at = 0; at < characters.length; at += length)
    found.push(characters.slice(at, at + length).join(''))
  return found
}
