// A client of Google's generateContent.
import { testKey } from '../../end-to-end/start-gateway.ts'
import { at, listAt, numberAt, textAt } from '../../json-at.ts'
import {
  asksReasoning,
  eventsOf,
  nothingSeen,
  page,
  pixel,
  question,
  rule,
  stopText,
  toolsFor,
  weatherSchema,
} from '../front.ts'
import type { Asking, Feature, Front, Json, MatrixTool, Seen, Wanted } from '../front.ts'

export const geminiFront: Front = { name: 'gemini', ask, read, readStream }

function ask({ model, feature, stream, earlier }: Wanted): Asking {
  const declared = toolsFor(feature).map(({ name, description, schema }) => ({
    name,
    description,
    parametersJsonSchema: schema,
  }))
  const config = configOf(feature)
  return {
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: { 'x-goog-api-key': testKey },
    body: {
      contents: [...contentsOf(feature), ...(earlier === undefined ? [] : goneOn(earlier))],
      ...(feature === 'system' ? { systemInstruction: { parts: [{ text: rule }] } } : {}),
      ...(declared.length > 0 ? { tools: [{ functionDeclarations: declared }] } : {}),
      ...(config === undefined ? {} : { generationConfig: config }),
    },
  }
}

function contentsOf(feature: Feature): readonly object[] {
  const text = { text: question }
  switch (feature) {
    case 'image':
      return [{ role: 'user', parts: [text, { inlineData: { mimeType: 'image/png', data: pixel } }] }]
    case 'file':
      return [{ role: 'user', parts: [text, { inlineData: { mimeType: 'application/pdf', data: page } }] }]
    case 'tool results': {
      const tools = toolsFor(feature)
      return [
        { role: 'user', parts: [text] },
        { role: 'model', parts: tools.map(callOf) },
        { role: 'user', parts: tools.map(answerOf) },
      ]
    }
    default:
      return [{ role: 'user', parts: [text] }]
  }
}

function callOf({ name, call }: MatrixTool): object {
  return { functionCall: { id: call.id, name, args: call.arguments } }
}

function answerOf({ name, call, result }: MatrixTool): object {
  return { functionResponse: { id: call.id, name, response: { output: result } } }
}

function goneOn({ turn, calls }: Seen): readonly unknown[] {
  const results = calls.map(({ id, name }) => ({
    functionResponse: { ...(id === '' ? {} : { id }), name, response: { output: 'a fine day' } },
  }))
  return [
    { role: 'model', parts: turn },
    { role: 'user', parts: results },
  ]
}

function configOf(feature: Feature): object | undefined {
  if (feature === 'stop') return { stopSequences: [stopText] }
  if (asksReasoning(feature)) return { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } }
  if (feature !== 'schema') return undefined
  return { responseMimeType: 'application/json', responseJsonSchema: weatherSchema }
}

const finishes: Readonly<Record<string, string>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
}

function read(body: Json): Seen {
  const candidate = listAt(body, 'candidates')[0]
  const parts = listAt(candidate, 'content', 'parts')
  const isThought = (part: unknown): boolean => at(part, 'thought') === true
  const joined = (some: readonly unknown[]): string => some.map((part) => textAt(part, 'text')).join('')
  const calls = parts.flatMap((part) => {
    const call = at(part, 'functionCall')
    return call === undefined
      ? []
      : [{ id: textAt(call, 'id'), name: textAt(call, 'name'), arguments: at(call, 'args') }]
  })
  const reason = textAt(candidate, 'finishReason')
  const thoughtTokens = numberAt(body, 'usageMetadata', 'thoughtsTokenCount')
  return {
    ...nothingSeen,
    text: joined(parts.filter((part) => !isThought(part))),
    reasoning: joined(parts.filter(isThought)),
    calls,
    finish: reason === 'STOP' && calls.length > 0 ? 'tool_calls' : (finishes[reason] ?? reason),
    inputTokens: numberAt(body, 'usageMetadata', 'promptTokenCount'),
    outputTokens: numberAt(body, 'usageMetadata', 'candidatesTokenCount') + thoughtTokens,
    reasoningTokens: thoughtTokens,
    error: textAt(body, 'error', 'message'),
    turn: parts,
  }
}

/** Each event is an answer of its own: their parts one after the other, the rest from the last. */
function readStream(text: string): Seen {
  const events = eventsOf(text)
  const candidates = events.map((event) => listAt(event, 'candidates')[0])
  const parts = candidates.flatMap((candidate) => listAt(candidate, 'content', 'parts'))
  const finishReason = candidates.map((candidate) => textAt(candidate, 'finishReason')).join('')
  const usageMetadata = events.map((event) => event['usageMetadata']).findLast((usage) => usage !== undefined)
  return {
    ...read({ candidates: [{ content: { parts }, finishReason }], usageMetadata }),
    isEnded: finishReason !== '',
    error: events.map((event) => textAt(event, 'error', 'message')).join(''),
  }
}
