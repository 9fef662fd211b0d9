// Gemini's generateContent (https://ai.google.dev/api/generate-content, seen 2026-11-21). Its events end in CRLF CRLF.
import type { AnswerPlan, ChoicePlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'
import type { ErrorFacts } from '../error-body.ts'
import type { EventStep } from '../step.ts'
import { usageSent } from '../usage-numbers.ts'
import { event, isOwnSeal, records, refuse, sealOf, unknownMember } from './wire-dialect.ts'
import type { Asked, Refusal, WireDialect } from './wire-dialect.ts'

type Json = Readonly<Record<string, unknown>>

const members = new Set([
  'contents', 'systemInstruction', 'generationConfig', 'tools', 'toolConfig', 'safetySettings', 'cachedContent', 'labels',
  'serviceTier', 'store',
])
const configMembers = new Set([
  'temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'stopSequences', 'responseLogprobs', 'logprobs',
  'presencePenalty', 'frequencyPenalty', 'seed', 'responseMimeType', 'responseSchema', 'responseJsonSchema',
  'responseModalities', 'mediaResolution', 'speechConfig', 'thinkingConfig', 'imageConfig',
])
const names: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [429, 'RESOURCE_EXHAUSTED'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
])

export const gemini: WireDialect = {
  endpoint: 'generate',
  idPrefix: 'gen-',
  framing: 'events',
  lineEnd: 'crlf',
  contentType: 'text/event-stream',
  readQuestion,
  whole: (plan) => {
    const candidates = plan.choices.map((choice, index) => candidate(partsOf(choice, plan), index, finishOf(choice)))
    return chunk(plan, candidates, { tokens: plan.counts.output, withUsage: true })
  },
  stream: streamed,
  extra: (plan, word) => chunk(plan, [candidate([{ text: word }], 0)], { tokens: 1 }),
  error: errorBody,
  errorEvent: (status, facts) => event(errorBody(status, facts)),
}

function readQuestion({ body, model, stream }: Asked): ChatQuestion | Refusal {
  const config = isRecord(body['generationConfig']) ? body['generationConfig'] : {}
  const odd = unknownMember(body, members) ?? unknownMember(config, configMembers)
  if (odd !== undefined) {
    return refuse(`Invalid JSON payload received. Unknown name "${odd}": Cannot find field.`)
  }
  if (!Array.isArray(body['contents'])) return refuse('* GenerateContentRequest.contents: contents is not specified')
  const contents = records(body['contents'])
  const wrong = wrongPart(contents)
  if (wrong !== undefined) return refuse(wrong)
  const schema = config['responseJsonSchema'] ?? config['responseSchema']
  const thinking = isRecord(config['thinkingConfig']) ? config['thinkingConfig'] : {}
  const calling = isRecord(body['toolConfig']) ? body['toolConfig']['functionCallingConfig'] : undefined
  const system = isRecord(body['systemInstruction']) ? [chatTurn({ ...body['systemInstruction'], role: 'system' })] : []
  return {
    model,
    stream,
    stream_options: { include_usage: true },
    n: typeof config['candidateCount'] === 'number' ? config['candidateCount'] : 1,
    max_tokens: typeof config['maxOutputTokens'] === 'number' ? config['maxOutputTokens'] : undefined,
    messages: [...system, ...contents.map(chatTurn)],
    tools: records(body['tools'])
      .flatMap((tool) => records(tool['functionDeclarations']))
      .map((tool) => ({ function: { name: tool['name'], parameters: tool['parametersJsonSchema'] ?? lower(tool['parameters']) } })),
    tool_choice: isRecord(calling) && calling['mode'] === 'NONE' ? 'none' : 'auto',
    response_format: schema === undefined ? undefined : { type: 'json_schema', json_schema: { schema: lower(schema) } },
    reasons: thinking['includeThoughts'] === true,
    stops: Array.isArray(config['stopSequences']) ? config['stopSequences'].map(String) : [],
  }
}

/** Google writes types in capitals. */
function lower(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lower)
  if (!isRecord(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === 'type' && typeof value === 'string' ? value.toLowerCase() : lower(value),
    ]),
  )
}

function wrongPart(contents: readonly Json[]): string | undefined {
  let asked: readonly unknown[] = []
  for (const turn of contents) {
    const parts = records(turn['parts'])
    if (parts.length === 0) return '* GenerateContentRequest.contents.parts: must not be empty'
    for (const part of parts) {
      const { thoughtSignature: seal, functionResponse: result } = part
      if (seal !== undefined && !isOwnSeal(seal) && seal !== 'skip_thought_signature_validator') {
        return 'Thought signature is not valid'
      }
      if (isRecord(result) && !asked.includes(result['name'])) {
        return 'Please ensure that function response turn comes immediately after a function call turn.'
      }
    }
    const calls = parts.map(({ functionCall: call }) => call).filter(isRecord)
    if (calls.length > 0 || turn['role'] === 'model') asked = calls.map(({ name }) => name)
  }
  return undefined
}

function chatTurn(turn: Json): Json {
  const parts = records(turn['parts'])
  const isResult = parts.length > 0 && parts.every(({ functionResponse: result }) => result !== undefined)
  const content = parts.flatMap((part) => {
    if (typeof part['text'] === 'string') return part['thought'] === true ? [] : [{ type: 'text', text: part['text'] }]
    return part['inlineData'] === undefined && part['fileData'] === undefined ? [] : [{ type: 'media' }]
  })
  return { role: isResult ? 'tool' : turn['role'] === 'model' ? 'assistant' : turn['role'], content }
}

function partsOf(choice: ChoicePlan, plan: AnswerPlan): readonly Json[] {
  const thought = choice.reasoning.join('')
  const said = choice.refusal === undefined ? choice.tokens.join('') : ''
  const seal = thought === '' ? {} : { thoughtSignature: sealOf(plan.id) }
  return [
    ...(thought === '' ? [] : [{ text: thought, thought: true }]),
    ...(said === '' ? [] : [{ text: said, ...seal }]),
    ...callParts(choice, plan),
  ]
}

function callParts(choice: ChoicePlan, plan: AnswerPlan): readonly Json[] {
  return choice.toolCalls.map(({ name, arguments: args }, index) => ({
    functionCall: { id: `fc_${plan.id.slice(-8)}_${index}`, name, args: JSON.parse(args) as unknown },
    ...(index === 0 && choice.reasoning.length > 0 ? { thoughtSignature: sealOf(plan.id) } : {}),
  }))
}

function finishOf({ finishReason, refusal }: ChoicePlan): string {
  if (refusal !== undefined) return 'SAFETY'
  return finishReason === 'length' ? 'MAX_TOKENS' : finishReason === 'content_filter' ? 'SAFETY' : 'STOP'
}

function candidate(parts: readonly Json[], index: number, finishReason?: string): Json {
  return { content: { parts, role: 'model' }, index, ...(finishReason === undefined ? {} : { finishReason }) }
}

interface ChunkMore {
  readonly tokens?: number
  readonly withUsage?: boolean
  readonly ending?: 'done'
}

function chunk(plan: AnswerPlan, candidates: readonly Json[], { tokens = 0, withUsage, ending }: ChunkMore): EventStep {
  const { counts, usageStyle } = plan
  const sent = usageSent(counts, usageStyle)
  const metadata = {
    promptTokenCount: sent.prompt_tokens,
    candidatesTokenCount:
      typeof sent.completion_tokens === 'number' ? sent.completion_tokens - counts.reasoning : sent.completion_tokens,
    ...(counts.reasoning > 0 ? { thoughtsTokenCount: counts.reasoning } : {}),
    totalTokenCount: sent.total_tokens,
  }
  const has = withUsage === true && usageStyle !== 'missing'
  const value = { candidates, ...(has ? { usageMetadata: metadata } : {}), modelVersion: plan.model, responseId: plan.id }
  return event(value, { tokens, ...(has ? { usage: sent } : {}), ...(ending === undefined ? {} : { ending }) })
}

function* streamed(plan: AnswerPlan): Generator<EventStep> {
  for (const [index, choice] of plan.choices.entries()) {
    for (const thought of choice.reasoning) {
      yield chunk(plan, [candidate([{ text: thought, thought: true }], index)], { tokens: 1 })
    }
    const tokens = choice.refusal === undefined ? choice.tokens : []
    for (const token of tokens) yield chunk(plan, [candidate([{ text: token }], index)], { tokens: 1 })
    const isLast = index === plan.choices.length - 1
    const calls = callParts(choice, plan)
    const seal = choice.reasoning.length > 0 && calls.length === 0 ? [{ text: '', thoughtSignature: sealOf(plan.id) }] : []
    const parts = [...calls, ...seal]
    const last = candidate(parts, index, finishOf(choice))
    const spoken = plan.counts.output - plan.counts.reasoning - choice.tokens.length
    yield chunk(plan, [last], {
      tokens: calls.length > 0 ? spoken : 0,
      withUsage: isLast,
      ...(isLast ? { ending: 'done' as const } : {}),
    })
  }
}

function errorBody(status: number, { message }: ErrorFacts): object {
  const name = names.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
  return { error: { code: status, message: message ?? `The simulator answers ${status}.`, status: name } }
}
