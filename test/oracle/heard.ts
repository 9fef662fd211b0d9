// What an answer says, as far as every reader of it must agree: our events, and what the Vercel AI SDK read from the
// same bytes, are both brought to this form.
import type { AnswerEvent, FinishReason } from '../../src/core/answer-event.ts'

export interface Heard {
  readonly text: string
  readonly reasoning: string
  readonly tools: readonly HeardTool[]
  readonly finish: HeardFinish | undefined
  readonly usage: HeardUsage | undefined
  /** The answer holds the provider's error, or is none. */
  readonly isFailed: boolean
}

export interface HeardTool {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/** The newer version of the SDK's contract alone has `interrupted`. */
export type HeardFinish =
  | 'stop'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'error'
  | 'other'
  | 'interrupted'

/** Zero stands for what was not said. */
export interface HeardUsage {
  readonly input: number
  readonly cached: number
  readonly written: number
  readonly output: number
  readonly reasoning: number
}

export const failed: Heard = {
  text: '',
  reasoning: '',
  tools: [],
  finish: undefined,
  usage: undefined,
  isFailed: true,
}

/** The SDK has fewer words for an answer's end than we have. */
const finishes: Readonly<Record<FinishReason, HeardFinish>> = {
  stop: 'stop',
  'stop-text': 'stop',
  length: 'length',
  'tool-calls': 'tool-calls',
  'content-filter': 'content-filter',
  refusal: 'content-filter',
  pause: 'stop',
  'context-full': 'length',
  error: 'error',
  other: 'other',
}

/** What these events say; of several choices, the first one's. */
export function heardOf(events: readonly AnswerEvent[]): Heard {
  const tools = new Map<number, HeardTool>()
  const custom = new Set<number>()
  let heard: Heard = { ...failed, isFailed: false }
  for (const event of events) {
    if ('choice' in event && event.choice !== 0) continue
    if (event.kind === 'tool-call') {
      tools.set(event.call, { id: event.id, name: event.name, arguments: '' })
      if (event.custom === true) custom.add(event.call)
    } else if (event.kind === 'tool-call-delta') {
      const tool = tools.get(event.call)
      if (tool !== undefined) tools.set(event.call, { ...tool, arguments: tool.arguments + event.text })
    } else {
      heard = withEvent(heard, event)
    }
  }
  return { ...heard, tools: [...tools].map(([call, tool]) => (custom.has(call) ? asJson(tool) : tool)) }
}

/** The SDK has JSON for the text that a custom tool takes. */
function asJson(tool: HeardTool): HeardTool {
  return { ...tool, arguments: JSON.stringify(tool.arguments) }
}

function withEvent(heard: Heard, event: AnswerEvent): Heard {
  switch (event.kind) {
    // The SDK has no word of its own for a refusal.
    case 'refusal-delta':
    case 'text-delta':
      return { ...heard, text: heard.text + event.text }
    case 'reasoning-delta':
      return { ...heard, reasoning: heard.reasoning + event.text }
    case 'finish':
      return { ...heard, finish: finishes[event.reason] }
    case 'error':
      return { ...heard, isFailed: true }
    case 'usage':
      return { ...heard, usage: usageOf(event) }
    default:
      return heard
  }
}

function usageOf({ usage }: Extract<AnswerEvent, { kind: 'usage' }>): HeardUsage {
  return {
    input: usage.inputTokens,
    cached: usage.cachedInputTokens,
    written: usage.cacheWriteTokens ?? 0,
    output: usage.outputTokens,
    reasoning: usage.reasoningTokens,
  }
}

/** Arguments as values: white space and the order of members say nothing. */
export function sameArguments(heard: Heard): Heard {
  const tools = heard.tools.map((tool) => ({ ...tool, arguments: canonical(tool.arguments) }))
  return { ...heard, tools }
}

function canonical(text: string): string {
  if (text === '') return '{}'
  try {
    return JSON.stringify(sorted(JSON.parse(text)))
  } catch {
    return text
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}
