// A client that believes nothing: it reads an answer to its last byte and tells what it saw, by the letter of the
// rules for server-sent events, so that a test decides what was right.
import { testKey } from './start-gateway.ts'

export interface ChatRequest {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly stream: boolean
}

export interface ErrorObject {
  readonly message?: unknown
  readonly type?: unknown
  readonly param?: unknown
  readonly code?: unknown
}

export interface SeenAnswer {
  readonly status: number
  readonly headers: Headers
  /** Everything after the head, as it came. */
  readonly body: string
  readonly text: string
  /** Name and arguments of the first choice's tool calls, put together. */
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[]
  readonly finishReason: string | undefined
  /** The `id` members of a stream's chunks, each once. */
  readonly ids: readonly string[]
  /** How a stream ended, in order: more than one is a fault. Empty for a whole answer. */
  readonly terminals: readonly ('done' | 'error')[]
  /** Something came after the terminal, or data that is neither a chunk nor a terminal. */
  readonly strays: readonly string[]
  /** A chunk that carries usage alone has been seen. */
  readonly hasUsageChunk: boolean
  readonly error: ErrorObject | undefined
}

export interface ChatManner {
  /** The client goes away in the middle. */
  readonly leaveAfterTokens?: number | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** Makes a chat call and reads all of it. */
export async function chat(
  gatewayUrl: string,
  request: ChatRequest,
  { leaveAfterTokens, headers: more }: ChatManner = {},
): Promise<SeenAnswer> {
  const leaving = new AbortController()
  const response = await fetch(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json', ...more },
    body: JSON.stringify(request),
    signal: leaving.signal,
  })
  const body =
    leaveAfterTokens === undefined
      ? await response.text()
      : await readSome(response, leaveAfterTokens, leaving)
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const { status, headers } = response
  return { status, headers, body, ...(isStream ? seenInStream(body) : seenInWhole(body)) }
}

async function readSome(response: Response, tokens: number, leaving: AbortController): Promise<string> {
  const decoder = new TextDecoder()
  let body = ''
  for await (const chunk of response.body ?? []) {
    body += decoder.decode(chunk, { stream: true })
    if (body.split('"content"').length > tokens) break
  }
  leaving.abort()
  return body
}

type SeenBody = Omit<SeenAnswer, 'status' | 'headers' | 'body'>

interface Delta {
  readonly content?: string | null
  readonly tool_calls?: readonly { index?: number; function?: { name?: string; arguments?: string } }[]
}

interface Chunk {
  readonly id?: string
  readonly error?: ErrorObject
  readonly usage?: object | null
  readonly choices?: readonly { delta?: Delta; message?: Delta; finish_reason?: string | null }[]
}

function seenInWhole(body: string): SeenBody {
  const answer = parsed(body)
  if (answer === undefined) return { ...gather([]), terminals: [], strays: [body], error: undefined }
  return { ...gather([answer]), terminals: [], strays: [], error: answer.error }
}

function seenInStream(body: string): SeenBody {
  const terminals: ('done' | 'error')[] = []
  const strays: string[] = []
  const chunks: Chunk[] = []
  let error: ErrorObject | undefined
  for (const event of eventsOf(body)) {
    const chunk = event === '[DONE]' ? undefined : parsed(event)
    if (terminals.length > 0 || (chunk === undefined && event !== '[DONE]')) strays.push(event)
    if (event === '[DONE]') terminals.push('done')
    else if (chunk?.error !== undefined) {
      terminals.push('error')
      error = chunk.error
    } else if (chunk !== undefined) chunks.push(chunk)
  }
  return { ...gather(chunks), terminals, strays, error }
}

/** The data of the events: only those that a blank line has ended count. */
function eventsOf(body: string): readonly string[] {
  const events: string[] = []
  let data: string[] = []
  const lines = body.replace(/^\ufeff/u, '').split(/\r\n|\r|\n/u)
  for (const line of lines.slice(0, -1)) {
    if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5))
    if (line !== '' || data.length === 0) continue
    events.push(data.join('\n'))
    data = []
  }
  return events
}

function gather(chunks: readonly Chunk[]): Omit<SeenBody, 'terminals' | 'strays' | 'error'> {
  const toolCalls: { name: string; arguments: string }[] = []
  let text = ''
  let finishReason: string | undefined
  let hasUsageChunk = false
  const ids = new Set<string>()
  for (const { id, choices = [], usage } of chunks) {
    if (id !== undefined) ids.add(id)
    if (choices.length === 0 && typeof usage === 'object' && usage !== null) hasUsageChunk = true
    for (const { delta, message, finish_reason: reason } of choices) {
      const said = delta ?? message
      text += said?.content ?? ''
      finishReason = reason ?? finishReason
      for (const [at, call] of (said?.tool_calls ?? []).entries())
        addPiece(toolCalls, call.index ?? at, call.function)
    }
  }
  return { text, toolCalls, finishReason, ids: [...ids], hasUsageChunk }
}

function addPiece(
  toolCalls: { name: string; arguments: string }[],
  index: number,
  piece: { readonly name?: string; readonly arguments?: string } = {},
): void {
  const call = toolCalls[index] ?? { name: '', arguments: '' }
  toolCalls[index] = {
    name: call.name + (piece.name ?? ''),
    arguments: call.arguments + (piece.arguments ?? ''),
  }
}

function parsed(text: string): Chunk | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    // What is no JSON is a stray; the test says so with the text.
    return undefined
  }
}
