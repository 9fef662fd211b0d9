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
export type Server = (body: string, url: string) => Response

const baseURL = 'http://127.0.0.1:9/v1'
const apiKey = 'none'

/** Sends what is asked for in this oracle's dialect. Rejects when the SDK refuses to, or does not like the answer. */
export async function sendPrompt(
  name: OracleName,
  server: Server,
  asked: OraclePrompt & Named,
): Promise<void> {
  const { model, ...prompt } = asked
  const spoken = oracleModel(name, server, model)
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

/** The model that this oracle speaks to, whose every request goes to `server` and nowhere else. */
function oracleModel(name: OracleName, server: Server, model: string): OracleModel {
  const answer = (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
    Promise.resolve(server(typeof init?.body === 'string' ? init.body : '', addressOf(url)))
  const fetch = Object.assign(answer, { preconnect: () => {} })
  switch (name) {
    case 'openai':
      return createOpenAI({ baseURL, apiKey, fetch }).chat(model)
    case 'responses':
      return createOpenAI({ baseURL, apiKey, fetch }).responses(model)
    case 'openai-compatible':
      return createOpenAICompatible({ name: 'oracle', baseURL, apiKey, fetch, includeUsage: true })(model)
    case 'anthropic':
      return createAnthropic({ baseURL, apiKey, fetch })(model)
    case 'google':
      return createGoogleGenerativeAI({ baseURL, apiKey, fetch })(model)
  }
}

function addressOf(url: string | URL | Request): string {
  return url instanceof Request ? url.url : String(url)
}

const question = {
  prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Tell me of gates' }] }],
}

/** What this oracle reads in a whole answer. */
export async function heardWhole(name: OracleName, answer: string): Promise<Heard> {
  const server = (): Response => new Response(answer, { headers: { 'content-type': 'application/json' } })
  try {
    return heardInWhole(await oracleModel(name, server, 'm-1').doGenerate(question))
  } catch {
    return failed
  }
}

/** What this oracle reads in a stream. */
export async function heardStream(name: OracleName, answer: string): Promise<Heard> {
  const server = (): Response => new Response(answer, { headers: { 'content-type': 'text/event-stream' } })
  try {
    const { stream } = await oracleModel(name, server, 'm-1').doStream(question)
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
