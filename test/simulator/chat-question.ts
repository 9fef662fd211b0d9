// The members of a chat request that decide its answer. Everything else in a request is accepted and ignored,
// as a provider does; only what would make the answer undefined is refused.

/** Loose on purpose: the official client's parameters fit, and so does a parsed body. */
export interface ChatQuestion {
  readonly model?: unknown
  readonly messages: readonly unknown[]
  readonly stream?: boolean | null | undefined
  readonly stream_options?: { readonly include_usage?: boolean | undefined } | null | undefined
  readonly n?: number | null | undefined
  readonly max_tokens?: number | null | undefined
  readonly max_completion_tokens?: number | null | undefined
  readonly logprobs?: boolean | null | undefined
  readonly top_logprobs?: number | null | undefined
  readonly tools?: readonly unknown[] | undefined
  readonly tool_choice?: unknown
  readonly parallel_tool_calls?: boolean | undefined
  readonly response_format?: unknown
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The question in a parsed body, or the member that is missing. */
export function readChatQuestion(body: unknown): ChatQuestion | { readonly missing: string } {
  if (!isRecord(body)) return { missing: 'messages' }
  if (typeof body['model'] !== 'string') return { missing: 'model' }
  if (!Array.isArray(body['messages'])) return { missing: 'messages' }
  return asQuestion(body, body['messages'])
}

/** As far as the answer depends on them the members were checked; odd values elsewhere are harmless here. */
function asQuestion(body: Readonly<Record<string, unknown>>, messages: readonly unknown[]): ChatQuestion {
  return { ...body, messages }
}

/** All text of a question, in order: what a prompt's words are counted on. */
export function textOf(messages: readonly unknown[]): string {
  // What has no text leaves no trace: dialects differ in how many messages they make of tool calls.
  return messages
    .map(messageText)
    .filter((text) => text !== '')
    .join('\n')
}

/** Number of images and other parts without text. */
export function mediaPartsOf(messages: readonly unknown[]): number {
  return messages.flatMap(partsOf).filter((part) => isRecord(part) && part['type'] !== 'text').length
}

function messageText(message: unknown): string {
  if (!isRecord(message)) return ''
  if (typeof message['content'] === 'string') return message['content']
  const texts = partsOf(message).map((part) => (isRecord(part) ? part['text'] : undefined))
  return texts.filter((text) => typeof text === 'string').join('\n')
}

function partsOf(message: unknown): readonly unknown[] {
  if (!isRecord(message)) return []
  const content: unknown = message['content']
  return Array.isArray(content) ? content : []
}
