// Anthropic's Messages dialect, which the mock provider does not speak: a gateway must translate. The client says the
// same as a chat client and must be told the same.
import type { ClientDialect } from './client-dialect.ts'
import { streamUsage, textFault } from './wire.ts'
import type { StreamPlan } from './wire.ts'

/** A client of Anthropic's Messages API. */
export const messagesClient: ClientDialect = {
  path: '/v1/messages',
  headers: ({ authorization = '', ...others }) => ({
    ...others,
    'x-api-key': authorization.replace('Bearer ', ''),
    'anthropic-version': '2023-06-01',
  }),
  body: messagesBody,
  faultInEvents,
}

type ChatMessage = {
  readonly role: string
  readonly content: string
  readonly tool_call_id?: string
  readonly tool_calls?: readonly {
    readonly id: string
    readonly function: { readonly name: string; readonly arguments: string }
  }[]
}

type ChatBody = {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly max_tokens?: number
  readonly temperature?: number
  readonly stream?: boolean
  readonly tools?: readonly {
    readonly function: {
      readonly name: string
      readonly description: string
      readonly parameters: object
    }
  }[]
}

function messagesBody(chatBody: string): string {
  const chat = JSON.parse(chatBody) as ChatBody
  return JSON.stringify({
    model: chat.model,
    max_tokens: chat.max_tokens ?? 128,
    system: chat.messages.find(({ role }) => role === 'system')?.content,
    messages: chat.messages.filter(({ role }) => role !== 'system').map(messageOf),
    tools: chat.tools?.map((tool) => {
      const { name, description, parameters } = tool.function
      return { name, description, input_schema: parameters }
    }),
    temperature: chat.temperature,
    stream: chat.stream,
  })
}

function messageOf({ role, content, ...called }: ChatMessage): object {
  if (called.tool_call_id !== undefined) {
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: called.tool_call_id, content }] }
  }
  if (called.tool_calls === undefined) return { role, content }
  const calls = called.tool_calls.map(({ id, function: { name, arguments: json } }) => {
    const input: unknown = JSON.parse(json)
    return { type: 'tool_use', id, name, input }
  })
  return { role, content: [{ type: 'text', text: content }, ...calls] }
}

type Event = {
  readonly type: string
  readonly delta?: { readonly type?: string; readonly text?: string; readonly stop_reason?: string }
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number }
}

const framePattern = /^event: (\w+)\ndata: (.+)$/

function faultInEvents(body: string, plan: StreamPlan): string | undefined {
  const frames = body.split('\n\n')
  if (frames.pop() !== '') return 'the last event has no end'
  const types: string[] = []
  const seen = { text: '', stop: '', usage: false }
  for (const frame of frames) {
    const event = readFrame(frame)
    if (event === undefined) return `an event is not one of this API: ${frame.slice(0, 120)}`
    types.push(event.type)
    take(event, seen)
  }
  const wrongText = textFault(seen.text, plan)
  if (wrongText !== undefined) return wrongText
  if (types.filter((type) => type !== 'content_block_delta').join(' ') !== wholeOrder) {
    return `the events are not in their order: ${types.join(' ').slice(-160)}`
  }
  if (seen.stop !== 'end_turn') return `the stop reason is "${seen.stop}"`
  return seen.usage ? undefined : 'the usage is missing or wrong'
}

const wholeOrder = 'message_start content_block_start content_block_stop message_delta message_stop'

function readFrame(frame: string): Event | undefined {
  const [, name, text = ''] = framePattern.exec(frame) ?? []
  try {
    const event = JSON.parse(text) as Event
    return event.type === name ? event : undefined
  } catch {
    return undefined
  }
}

function take({ type, delta, usage }: Event, seen: { text: string; stop: string; usage: boolean }): void {
  if (type === 'content_block_delta') seen.text += delta?.text ?? ''
  if (type !== 'message_delta') return
  seen.stop = delta?.stop_reason ?? ''
  seen.usage =
    usage?.input_tokens === streamUsage.prompt_tokens && usage.output_tokens === streamUsage.completion_tokens
}
