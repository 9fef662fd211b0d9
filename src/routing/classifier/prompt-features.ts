// What can be read off a request quickly: its size, its words, its signs, and what comes with it, each as a number from 0
// to 1. Linear in what it looks at, and that is bounded: the beginning, the middle and the end of the last user text.
import { spacedTerms, termKinds, unspacedTerms } from './terms.ts'
import { termFinder } from './term-finder.ts'
import type { Span } from './term-finder.ts'

/** In the order of the weights; the names are shown to people. */
export const featureNames = [
  'ask_length',
  'material',
  'simple_words',
  'chat_words',
  'lookup_words',
  'why_words',
  'reasoning_words',
  'maths_words',
  'code_words',
  'constraint_words',
  'maths_signs',
  'code_signs',
  'numbers',
  'questions',
  'steps',
  'tools',
  'turns',
  'schema',
  'images',
] as const

export type FeatureName = (typeof featureNames)[number]
export type PromptFeatures = Readonly<Record<FeatureName, number>>

export interface PromptText {
  readonly role: string
  readonly text: string
}

export interface PromptFacts {
  readonly toolCount: number
  /** Messages so far, the last one included. */
  readonly turns: number
  readonly hasSchema: boolean
  readonly hasImages: boolean
}

const headChars = 3_500
const middleChars = 1_000
const tailChars = 2_000
/** Where the request itself stands: before the material, or after it. */
const askHeadChars = 600
const askTailChars = 300
/** A first paragraph shorter than this greets. */
const greetingChars = 16
const paragraph = '\n\n'

const finder = termFinder(
  termKinds.map((kind) => spacedTerms[kind]),
  termKinds.map((kind) => unspacedTerms[kind]),
)

/** The features of the last thing that a user said, and of what came with it. */
export function featuresOf(texts: readonly PromptText[], facts: PromptFacts): PromptFeatures {
  const text = texts.findLast(({ role }) => role === 'user')?.text ?? ''
  const words = new Uint16Array(termKinds.length)
  for (const span of askSpans(text)) finder.count(text, span, words)
  const signs: Signs = { maths: 0, code: 0, digits: 0, questions: 0, steps: 0, letters: 1 }
  for (const span of sampleSpans(text.length)) countSigns(text, span, signs)
  const [simple = 0, chat = 0, lookup = 0, why = 0, reasoning = 0, maths = 0, code = 0, constraint = 0] =
    words
  return {
    ask_length: upTo(400, text.length),
    material: text.length <= 400 ? 0 : upTo(8, Math.log2(text.length / 400)),
    simple_words: upTo(2, simple),
    chat_words: upTo(2, chat),
    lookup_words: upTo(2, lookup),
    why_words: upTo(2, why),
    reasoning_words: upTo(3, reasoning),
    maths_words: upTo(3, maths),
    code_words: upTo(4, code),
    constraint_words: upTo(4, constraint),
    maths_signs: upTo(6, signs.maths),
    code_signs: upTo(0.15, signs.code / signs.letters),
    numbers: upTo(8, signs.digits),
    questions: upTo(3, signs.questions),
    steps: upTo(5, signs.steps),
    tools: upTo(8, facts.toolCount),
    turns: upTo(12, Math.max(0, facts.turns - 1)),
    schema: facts.hasSchema ? 1 : 0,
    images: facts.hasImages ? 1 : 0,
  }
}

function upTo(most: number, count: number): number {
  return count >= most ? 1 : count / most
}

/** A short text is all request. In a long one it is the first paragraph and the last, as far as these are short. */
function askSpans(text: string): readonly Span[] {
  if (text.length <= askHeadChars) return [{ from: 0, until: text.length }]
  const opened = text.slice(0, askHeadChars).indexOf(paragraph, greetingChars)
  const headEnd = opened === -1 ? askHeadChars : opened
  const tailFrom = Math.max(headEnd, text.length - askTailChars)
  const closed = text.slice(tailFrom).trimEnd().lastIndexOf(paragraph)
  const from = closed === -1 ? tailFrom : tailFrom + closed
  const tail = { from, until: opened !== -1 && closed === -1 ? from : text.length }
  return [{ from: 0, until: headEnd }, tail]
}

function sampleSpans(length: number): readonly Span[] {
  if (length <= headChars + middleChars + tailChars) return [{ from: 0, until: length }]
  const middle = Math.floor((headChars + length - tailChars - middleChars) / 2)
  return [
    { from: 0, until: headChars },
    { from: middle, until: middle + middleChars },
    { from: length - tailChars, until: length },
  ]
}

interface Signs {
  maths: number
  code: number
  /** Numbers, not their digits. */
  digits: number
  questions: number
  /** Lines that begin like those of a list. */
  steps: number
  /** Whatever is neither blank nor a sign. */
  letters: number
}

const kindOfSign = new Uint8Array(128)
const [blank, codeSign, mathsSign, question, digit, dash] = [1, 2, 3, 4, 5, 6]
for (const sign of ' \t\r\n') kindOfSign[sign.charCodeAt(0)] = blank
for (const sign of '{}[]();=<>_`|&$#@') kindOfSign[sign.charCodeAt(0)] = codeSign
for (const sign of '^+\\') kindOfSign[sign.charCodeAt(0)] = mathsSign
for (const sign of '0123456789') kindOfSign[sign.charCodeAt(0)] = digit
for (const sign of '-*') kindOfSign[sign.charCodeAt(0)] = dash
kindOfSign['?'.charCodeAt(0)] = question

const lineFeed = 10

function countSigns(text: string, { from, until }: Span, signs: Signs): void {
  let before = 0
  let opensLine = true
  for (let at = from; at < until; at++) {
    const code = text.charCodeAt(at)
    const kind = code < 128 ? (kindOfSign[code] ?? 0) : kindOfOther(code)
    if (kind === 0) signs.letters++
    else if (kind === codeSign) signs.code++
    else if (kind === mathsSign) signs.maths++
    else if (kind === question) signs.questions++
    else if (kind === digit && before !== digit) signs.digits++
    if (opensLine && (kind === dash || kind === digit)) signs.steps++
    opensLine = code === lineFeed || (opensLine && kind === blank)
    before = kind
  }
}

/** Signs beyond ASCII: mathematics, raised digits, and the question marks of other scripts. */
function kindOfOther(code: number): number {
  if (code >= 0x2190 && code <= 0x22ff) return mathsSign
  if (code === 0xb2 || code === 0xb3 || code === 0xac || code === 0x3a3) return mathsSign
  return code === 0xff1f || code === 0x61f ? question : 0
}
