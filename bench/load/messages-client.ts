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

type ChatBody = {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly max_tokens?: number
  readonly temperature?: number
  readonly stream?: boolean
}

function messagesBody(chatBody: string): string {
  const {
    model,
    messages,
    max_tokens: maxTokens = 128,
    temperature,
    stream,
  } = JSON.parse(chatBody) as ChatBody
  const system = messages.find(({ role }) => role === 'system')?.content
  return JSON.stringify({
    model,
    max_tokens: maxTokens,
    system,
    messages: messages.filter(({ role }) => role !== 'system'),
    temperature,
    stream,
  })
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
