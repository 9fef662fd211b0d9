// Where a request of this API, and an event of an answer, holds texts and media. An answer says each text in pieces, then
// whole when its part, its item and the answer are done: all of them have one lane.
// Source: https://platform.openai.com/docs/api-reference/responses, 2026-11.
import { lensOf } from '../lens.ts'
import { everyString, membersOf, schemaShape, wordsOf } from '../lens-shape.ts'
import type { Role, Shape, TextKind } from '../lens-shape.ts'

const partMembers: Readonly<Record<string, Shape>> = {
  text: { text: 'text' },
  refusal: { text: 'refusal' },
  image_url: { media: 'image', members: membersOf({ url: { media: 'image' } }) },
  file_data: { media: 'file', bare: true },
  file_url: { media: 'file' },
  file_id: { media: 'file' },
  input_audio: { members: membersOf({ data: { media: 'audio', bare: true } }) },
}
const thought: Shape = { members: membersOf({ text: { text: 'reasoning' } }) }
const part: Shape = {
  numbers: ['content_index'],
  variants: wordsOf(['type'], { reasoning_text: thought, summary_text: thought }),
  members: membersOf(partMembers),
}
const content: Shape = { text: 'text', elements: part }
const summary: Shape = { elements: { ...thought, numbers: ['summary_index'] } }
const called = everyString('arguments')

const rolesOfTypes: Readonly<Record<string, Role>> = {
  reasoning: 'assistant',
  function_call: 'assistant',
  custom_tool_call: 'assistant',
  mcp_call: 'assistant',
  web_search_call: 'assistant',
  file_search_call: 'assistant',
  code_interpreter_call: 'assistant',
  image_generation_call: 'assistant',
  computer_call: 'assistant',
  local_shell_call: 'assistant',
  shell_call: 'assistant',
  apply_patch_call: 'assistant',
}

const logs: Shape = { role: 'tool', members: membersOf({ logs: { text: 'text' }, text: { text: 'text' } }) }

const entry: Shape = {
  numbers: ['output_index'],
  roles: [
    wordsOf(['role'], { system: 'system', developer: 'system', user: 'user', assistant: 'assistant' }),
    wordsOf(['type'], rolesOfTypes),
  ],
  members: membersOf({
    content,
    summary,
    arguments: called,
    input: called,
    code: called,
    // What a tool gave back: a text, parts, or the picture of a screen.
    output: { ...content, role: 'tool', members: membersOf(partMembers) },
    outputs: { elements: logs },
    results: { elements: logs },
    result: { media: 'image', bare: true },
    action: {
      members: membersOf({ query: called, queries: called, text: called, command: called, commands: called }),
    },
    operation: { members: membersOf({ diff: called }) },
  }),
}

const tool: Shape = {
  members: membersOf({
    description: { text: 'definition' },
    server_description: { text: 'definition' },
    parameters: schemaShape,
  }),
}
const format: Shape = { members: membersOf({ description: { text: 'definition' }, schema: schemaShape }) }

const response: Shape = {
  members: membersOf({
    output: { whole: true, elements: entry },
    usage: { mark: 'usage' },
    error: { mark: 'error' },
  }),
}

/** Where an event numbers the text that it tells of. */
const numbers = ['output_index', 'content_index', 'summary_index']

function pieces(text: TextKind): Shape {
  return { members: membersOf({ delta: { text } }) }
}

function whole(name: string, text: TextKind): Shape {
  return { whole: true, members: membersOf({ [name]: { text } }) }
}

const wholePart: Shape = { whole: true, members: membersOf({ part }) }
const ending: Shape = { mark: 'finish', members: membersOf({ response }) }

const events: Readonly<Record<string, Shape>> = {
  'response.output_item.added': { members: membersOf({ item: entry }) },
  'response.output_item.done': { whole: true, members: membersOf({ item: entry }) },
  'response.content_part.added': { members: membersOf({ part }) },
  'response.content_part.done': wholePart,
  'response.output_text.delta': pieces('text'),
  'response.output_text.done': whole('text', 'text'),
  'response.refusal.delta': pieces('refusal'),
  'response.refusal.done': whole('refusal', 'refusal'),
  'response.reasoning_summary_part.added': { members: membersOf({ part }) },
  'response.reasoning_summary_part.done': wholePart,
  'response.reasoning_summary_text.delta': pieces('reasoning'),
  'response.reasoning_summary_text.done': whole('text', 'reasoning'),
  'response.reasoning_text.delta': pieces('reasoning'),
  'response.reasoning_text.done': whole('text', 'reasoning'),
  'response.function_call_arguments.delta': pieces('arguments'),
  'response.function_call_arguments.done': whole('arguments', 'arguments'),
  'response.custom_tool_call_input.delta': pieces('arguments'),
  'response.custom_tool_call_input.done': whole('input', 'arguments'),
  'response.mcp_call_arguments.delta': pieces('arguments'),
  'response.mcp_call_arguments.done': whole('arguments', 'arguments'),
  'response.code_interpreter_call_code.delta': pieces('arguments'),
  'response.code_interpreter_call_code.done': whole('code', 'arguments'),
  'response.audio.transcript.delta': { members: membersOf({ delta: { text: 'text', lane: 'transcript' } }) },
  'response.completed': ending,
  'response.incomplete': ending,
  'response.failed': ending,
  'response.cancelled': ending,
  error: { mark: 'error' },
}

export const responsesLens = lensOf({
  request: {
    members: membersOf({
      instructions: { text: 'text', role: 'system' },
      input: { text: 'text', elements: entry },
      prompt: {
        members: membersOf({ variables: { others: { text: 'text', members: membersOf(partMembers) } } }),
      },
      tools: {
        role: 'system',
        elements: { ...tool, members: new Map([...(tool.members ?? []), ['tools', { elements: tool }]]) },
      },
      text: { role: 'system', members: membersOf({ format }) },
    }),
  },
  // What has no type is a whole answer.
  event: { ...response, numbers, variants: wordsOf(['type'], events) },
  mediaSigns: [';base64,', '"input_audio"', '"file_data"', '"image_generation_call"'],
})
