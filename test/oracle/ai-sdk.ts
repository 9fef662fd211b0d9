// The providers of the Vercel AI SDK as readers of wire formats: each is given bytes as if a server had answered, and
// tells what it read. They share no code with the product.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { failed } from './heard.ts'
import type { Heard, HeardTool, HeardUsage } from './heard.ts'

export type OracleName = 'openai' | 'openai-compatible' | 'responses' | 'anthropic' | 'google'

type Older = ReturnType<ReturnType<typeof createOpenAI>['chat']>
type Newer = ReturnType<ReturnType<typeof createOpenAICompatible>>
/** Their providers speak two versions of one contract. */
type OracleModel = Older | Newer
export type OraclePrompt = Parameters<Older['doGenerate']>[0]
type NewerPrompt = Parameters<Newer['doGenerate']>[0]
type Whole = Awaited<ReturnType<OracleModel['doGenerate']>>
type PieceOf<Stream> = Stream extends ReadableStream<infer One> ? One : never
type Piece = PieceOf<Awaited<ReturnType<OracleModel['doStream']>>['stream']>
type Usage = Whole['usage']

/** Stands where a provider's server would: gets the request, gives the answer. */
type Server = (body: string) => Response

/** Where an oracle sends its requests, and for which model. */
export interface Place {
  readonly baseURL: string
  readonly apiKey: string
  readonly model: string
  /** Answers instead of a server at that address. */
  readonly fetch?: typeof fetch
}

/** A question that both versions of the contract take. */
export type Question = OraclePrompt & NewerPrompt

/** Sends what is asked for in this oracle's dialect. Rejects when the SDK refuses to, or does not like the answer. */
export async function sendPrompt(
  name: OracleName,
  server: Server,
  asked: OraclePrompt & Named,
): Promise<void> {
  const { model, ...prompt } = asked
  const spoken = oracleModel(name, servedBy(server, model))
  await (spoken.specificationVersion === 'v4'
    ? spoken.doGenerate(inNewerWords(prompt))
    : spoken.doGenerate(prompt))
}

interface Named {
  readonly model: string
}

/** The newer version of the contract says of a file how it is given. */
function inNewerWords(prompt: OraclePrompt): NewerPrompt {
  const messages = prompt.prompt.map((message) =>
    message.role === 'user' ? { ...message, content: message.content.map(withTaggedFile) } : message,
  )
  return { ...prompt, prompt: messages } as NewerPrompt
}

function withTaggedFile(part: { readonly type: string }): object {
  if (!('data' in part)) return part
  const { data: given } = part
  return { ...part, data: given instanceof URL ? { type: 'url', url: given } : { type: 'data', data: given } }
}

function oracleModel(name: OracleName, { model, ...place }: Place): OracleModel {
  switch (name) {
    case 'openai':
      return createOpenAI(place).chat(model)
    case 'responses':
      return createOpenAI(place).responses(model)
    case 'openai-compatible':
      return createOpenAICompatible({ name: 'oracle', includeUsage: true, ...place })(model)
    case 'anthropic':
      return createAnthropic(place)(model)
    case 'google':
      return createGoogleGenerativeAI(place)(model)
  }
}

/** Nothing leaves the process: this server answers all there is. */
function servedBy(server: Server, model = 'm-1'): Place {
  const answer = (_url: unknown, init?: RequestInit): Promise<Response> =>
    Promise.resolve(server(typeof init?.body === 'string' ? init.body : ''))
  const fetch = Object.assign(answer, { preconnect: () => {} })
  return { baseURL: 'http://127.0.0.1:9/v1', apiKey: 'none', model, fetch }
}

function typed(answer: string, type: string): Place {
  return servedBy(() => new Response(answer, { headers: { 'content-type': type } }))
}

const question: Question = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Tell me of gates' }] }],
}

/** What this oracle reads in a whole answer. */
export function heardWhole(name: OracleName, answer: string): Promise<Heard> {
  return askedWhole(name, typed(answer, 'application/json'), question)
}

/** What this oracle reads in a stream. */
export function heardStream(name: OracleName, answer: string): Promise<Heard> {
  return askedStream(name, typed(answer, 'text/event-stream'), question)
}

/** Asks there, and tells what this oracle read. */
export async function askedWhole(name: OracleName, place: Place, asked: Question): Promise<Heard> {
  try {
    return heardInWhole(await oracleModel(name, place).doGenerate(asked))
  } catch {
    return failed
  }
}

/** The same as a stream. */
export async function askedStream(name: OracleName, place: Place, asked: Question): Promise<Heard> {
  try {
    const { stream } = await oracleModel(name, place).doStream(asked)
    let heard: Heard = { ...failed, isFailed: false }
    for await (const piece of stream) heard = withPiece(heard, piece)
    return heard
  } catch {
    return failed
  }
}

function heardInWhole({ content, finishReason, usage }: Whole): Heard {
  const said = (kind: 'text' | 'reasoning'): string =>
    content.map((part) => (part.type === kind ? part.text : '')).join('')
  const tools = content.flatMap((part): HeardTool[] =>
    part.type === 'tool-call' && part.providerExecuted !== true ? [toolOf(part)] : [],
  )
  return {
    text: said('text'),
    reasoning: said('reasoning'),
    tools,
    finish: finishReason.unified,
    usage: usageOf(usage),
    isFailed: false,
  }
}

function withPiece(heard: Heard, piece: Piece): Heard {
  switch (piece.type) {
    case 'text-delta':
      return { ...heard, text: heard.text + piece.delta }
    case 'reasoning-delta':
      return { ...heard, reasoning: heard.reasoning + piece.delta }
    case 'tool-call':
      return piece.providerExecuted === true ? heard : { ...heard, tools: [...heard.tools, toolOf(piece)] }
    case 'finish':
      return { ...heard, finish: piece.finishReason.unified, usage: usageOf(piece.usage) }
    case 'error':
      return { ...heard, isFailed: true }
    default:
      return heard
  }
}

interface ToolPart {
  readonly toolCallId: string
  readonly toolName: string
  readonly input: string
}

function toolOf({ toolCallId, toolName, input }: ToolPart): HeardTool {
  return { id: toolCallId, name: toolName, arguments: input }
}

function usageOf({ inputTokens, outputTokens }: Usage): HeardUsage | undefined {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return undefined
  return {
    input: inputTokens.total ?? 0,
    cached: inputTokens.cacheRead ?? 0,
    written: inputTokens.cacheWrite ?? 0,
    output: outputTokens.total ?? 0,
    reasoning: outputTokens.reasoning ?? 0,
  }
}
