// Where a request of this API, and an event of an answer, holds texts and media.
// Source: https://docs.anthropic.com/en/api/messages, 2026-11.
import { lensOf } from '../lens.ts'
import { everyString, membersOf, schemaShape, wordsOf } from '../lens-shape.ts'
import type { MediaKind, Role, Shape } from '../lens-shape.ts'

const citation: Shape = { members: membersOf({ cited_text: { text: 'citation', whole: true } }) }

const rolesOfTypes: Readonly<Record<string, Role>> = {
  tool_result: 'tool',
  mcp_tool_result: 'tool',
  web_search_tool_result: 'tool',
  web_fetch_tool_result: 'tool',
  code_execution_tool_result: 'tool',
  bash_code_execution_tool_result: 'tool',
  text_editor_code_execution_tool_result: 'tool',
}

/**
 * Blocks hold blocks: what a tool gave back, and in it a document that is made of them. Nothing that the API takes goes
 * deeper, and each level is read once more.
 */
const block = blockShape(blockShape(blockShape(blockShape(undefined))))

function blockShape(inner: Shape | undefined): Shape {
  const texts: Shape = { text: 'text', ...(inner !== undefined && { elements: inner }) }
  const held = inner === undefined ? {} : { content: inner }
  const ran: Readonly<Record<string, Shape>> = { stdout: { text: 'text' }, stderr: { text: 'text' } }
  return {
    numbers: ['index'],
    roles: [wordsOf(['type'], rolesOfTypes)],
    variants: wordsOf(['type'], { image: { members: membersOf({ source: sourceShape('image', texts) }) } }),
    members: membersOf({
      text: { text: 'text' },
      thinking: { text: 'reasoning' },
      input: everyString('arguments'),
      content: { ...texts, members: membersOf({ ...held, ...ran }) },
      source: sourceShape('file', texts),
      title: { text: 'text', lane: 'title' },
      context: { text: 'text', lane: 'context' },
      citations: { elements: citation },
    }),
  }
}

function sourceShape(media: MediaKind, content: Shape): Shape {
  const named = (name: string, shape: Shape): Shape => ({ members: membersOf({ [name]: shape }) })
  return {
    variants: wordsOf(['type'], {
      base64: named('data', { media, bare: true }),
      url: named('url', { media }),
      file: named('file_id', { media }),
      text: named('data', { text: 'text' }),
      content: named('content', content),
    }),
  }
}

const content: Shape = { text: 'text', elements: block }

const message: Shape = {
  roles: [wordsOf(['role'], { user: 'user', assistant: 'assistant', system: 'system' })],
  members: membersOf({ content }),
}

const tool: Shape = {
  members: membersOf({ description: { text: 'definition' }, input_schema: schemaShape }),
}
const format: Shape = { members: membersOf({ schema: schemaShape }) }

const delta: Shape = {
  members: membersOf({
    text: { text: 'text' },
    thinking: { text: 'reasoning' },
    partial_json: { text: 'arguments' },
    citation,
    content: { text: 'text' },
    stop_reason: { mark: 'finish' },
    stop_details: { members: membersOf({ explanation: { text: 'refusal', whole: true } }) },
  }),
}

const usage: Shape = { mark: 'usage' }
const failure: Shape = { mark: 'error' }

export const messagesLens = lensOf({
  request: {
    members: membersOf({
      system: { ...content, role: 'system' },
      messages: { elements: message },
      tools: { role: 'system', elements: tool },
      output_config: { role: 'system', members: membersOf({ format }) },
      output_format: { ...format, role: 'system' },
    }),
  },
  event: {
    numbers: ['index'],
    variants: wordsOf(['type'], { error: failure }),
    members: membersOf({
      delta,
      content_block: block,
      message: { members: membersOf({ content, usage }) },
      // A whole answer is a message without anything around it.
      content: { ...content, whole: true },
      stop_reason: { mark: 'finish' },
      stop_details: { members: membersOf({ explanation: { text: 'refusal', whole: true } }) },
      usage,
      error: failure,
    }),
  },
  mediaSigns: ['base64'],
})
