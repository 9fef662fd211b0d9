// A client's side of the matrix: how one feature is asked for in a dialect, and what its answer says, read without any
// code of the product's. Answers are told in one small form, so that one table can judge every pair.

/** What is asked for. Each is one row of the matrix. */
export const features = [
  'text',
  'stream',
  'tools',
  'parallel tools in a stream',
  'tool results',
  'image',
  'file',
  'system',
  'stop',
  'schema',
  'reasoning and back',
  'refusal',
  'mid-stream error',
  'usage',
] as const
export type Feature = (typeof features)[number]

/** Features that are asked for as a stream. */
export const streamed: ReadonlySet<Feature> = new Set<Feature>([
  'stream',
  'parallel tools in a stream',
  'mid-stream error',
])

export type Json = Readonly<Record<string, unknown>>

export interface Asking {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

export interface SeenCall {
  readonly id: string
  readonly name: string
  readonly arguments: unknown
}

/** What a client learns from an answer. */
export interface Seen {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly SeenCall[]
  /** In the words of the first dialect: stop, length, tool_calls, content_filter. */
  readonly finish: string
  readonly refusal: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
  /** A stream said in its dialect's words that it is over. */
  readonly isEnded: boolean
  /** An error that the answer ended with. */
  readonly error: string
  /** The answer as this dialect wants it back in the next turn. */
  readonly turn: readonly unknown[]
}

export const frontNames = ['chat', 'responses', 'messages', 'gemini'] as const
export type FrontName = (typeof frontNames)[number]

export interface Front {
  readonly name: FrontName
  ask(wanted: Wanted): Asking
  read(body: Json): Seen
  readStream(text: string): Seen
}

export interface Wanted {
  /** As the gateway knows it. */
  readonly model: string
  readonly feature: Feature
  readonly stream: boolean
  /** The answer of the turn before, where a feature takes two. */
  readonly earlier?: Seen
}

export const nothingSeen: Seen = {
  text: '',
  reasoning: '',
  calls: [],
  finish: '',
  refusal: '',
  inputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  isEnded: false,
  error: '',
  turn: [],
}

/** The one-pixel image, the page and the words that every dialect sends. */
export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
export const page = Buffer.from('%PDF-1.4 a page of words').toString('base64')
export const question = 'What is the weather in Paris?'
export const rule = 'Answer like a pirate.'
export const stopText = 'HALT'
export const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const

/** The tools that may be called, and what is told of a call that was made before. */
export const weatherTool = {
  name: 'get_weather',
  description: 'Tells the weather of a city.',
  schema: weatherSchema,
  call: { id: 'call_a', arguments: { city: 'Paris' } },
  result: '21 degrees and sunny',
} as const
export const timeTool = {
  name: 'get_time',
  description: 'Tells the time in a zone.',
  schema: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
  call: { id: 'call_b', arguments: { zone: 'CET' } },
  result: 'noon',
} as const
export type MatrixTool = typeof weatherTool | typeof timeTool

export function toolsFor(feature: Feature): readonly MatrixTool[] {
  if (feature === 'tools' || feature === 'reasoning and back') return [weatherTool]
  return feature === 'tool results' || feature === 'parallel tools in a stream' ? [weatherTool, timeTool] : []
}

/** Tokens that were thought are counted apart, so there must be some. */
export function asksReasoning(feature: Feature): boolean {
  return feature === 'reasoning and back' || feature === 'usage'
}

/** The JSON values of a stream's data lines, `[DONE]` left out. */
export function eventsOf(stream: string): readonly Json[] {
  return stream
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trim())
    .filter((text) => text !== '[DONE]' && text !== '')
    .map((text) => JSON.parse(text) as Json)
}
