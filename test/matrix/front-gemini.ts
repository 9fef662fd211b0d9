// The matrix from the side of a Gemini client.
import {
  at,
  eventsOf,
  listAt,
  nothingSeen,
  numberAt,
  page,
  pixel,
  question,
  rule,
  stopText,
  streamed,
  textAt,
  toolAnswer,
  toolName,
  weatherSchema,
} from './front.ts'
import type { Feature, Front, Json, Seen } from './front.ts'

const { additionalProperties: _, ...parameters } = weatherSchema
const tools = [
  { functionDeclarations: [{ name: toolName, description: 'Weather', parametersJsonSchema: parameters }] },
]
const user = { role: 'user', parts: [{ text: question }] }

export const geminiFront: Front = {
  name: 'gemini',
  ask: (model, feature, earlier) => ({
    path: `/v1beta/models/${model}:${streamed.has(feature) ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: {},
    body: asked(feature, earlier),
  }),
  read: (body) => seenIn([body]),
  readStream(stream) {
    const chunks = eventsOf(stream)
    const seen = seenIn(chunks)
    return { ...seen, isWhole: seen.finish !== '' }
  },
}

function seenIn(chunks: readonly Json[]): Seen {
  const parts = chunks.flatMap((chunk) => listAt(chunk, 'candidates', 0, 'content', 'parts'))
  const calls = parts.map((part) => at(part, 'functionCall')).filter((call) => call !== undefined)
  const reason = chunks.map((chunk) => textAt(chunk, 'candidates', 0, 'finishReason')).join('')
  const usage = chunks.map((chunk) => at(chunk, 'usageMetadata')).findLast((counts) => counts !== undefined)
  const textOf = (isThought: boolean): string =>
    parts
      .filter((part) => (at(part, 'thought') === true) === isThought)
      .map((part) => textAt(part, 'text'))
      .join('')
  const isRefused = reason === 'SAFETY' || reason === 'PROHIBITED_CONTENT'
  const plain =
    reason === 'MAX_TOKENS'
      ? 'length'
      : reason === 'STOP'
        ? calls.length > 0
          ? 'tool_calls'
          : 'stop'
        : reason
  return {
    ...nothingSeen,
    text: textOf(false),
    reasoning: textOf(true),
    refusal: isRefused ? textOf(false) || reason : '',
    calls: calls.map((call) => ({
      id: textAt(call, 'id'),
      name: textAt(call, 'name'),
      arguments: at(call, 'args'),
    })),
    finish: isRefused ? 'refusal' : plain,
    inputTokens: numberAt(usage, 'promptTokenCount'),
    outputTokens: numberAt(usage, 'candidatesTokenCount') + numberAt(usage, 'thoughtsTokenCount'),
    error: chunks.map((chunk) => textAt(chunk, 'error', 'message')).join(''),
    turn: { role: 'model', parts },
  }
}

function asked(feature: Feature, earlier: Seen | undefined): Json {
  switch (feature) {
    case 'tools':
    case 'parallel tools in a stream':
      return { contents: [user], tools }
    case 'tool results':
      return { contents: [user, ...later(earlier)], tools }
    case 'reasoning and back':
      return {
        contents: [user, ...later(earlier)],
        tools,
        generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'high' } },
      }
    case 'image':
      return {
        contents: [
          {
            role: 'user',
            parts: [{ text: question }, { inlineData: { mimeType: 'image/png', data: pixel } }],
          },
        ],
      }
    case 'file':
      return {
        contents: [
          {
            role: 'user',
            parts: [{ text: question }, { inlineData: { mimeType: 'application/pdf', data: page } }],
          },
        ],
      }
    case 'system':
      return { systemInstruction: { parts: [{ text: rule }] }, contents: [user] }
    case 'stop':
      return { contents: [user], generationConfig: { stopSequences: [stopText] } }
    case 'schema':
      return {
        contents: [user],
        generationConfig: { responseMimeType: 'application/json', responseJsonSchema: parameters },
      }
    default:
      return { contents: [user] }
  }
}

function later(earlier: Seen | undefined): readonly unknown[] {
  if (earlier === undefined) return []
  const results = earlier.calls.map(({ id, name }) => ({
    functionResponse: { ...(id !== '' && { id }), name, response: { result: toolAnswer } },
  }))
  return [earlier.turn, { role: 'user', parts: results }]
}
