// Where a chat request, and a chunk of an answer, holds texts and media. A message and a delta have the same members, so
// one shape serves both. Source: https://platform.openai.com/docs/api-reference/chat, 2026-11.
import { lensOf } from '../lens.ts'
import { everyString, membersOf, schemaShape, wordsOf } from '../lens-shape.ts'
import type { Shape } from '../lens-shape.ts'

const imageUrl: Shape = { media: 'image', members: membersOf({ url: { media: 'image' } }) }

const part: Shape = {
  members: membersOf({
    text: { text: 'text' },
    refusal: { text: 'refusal' },
    // Mistral's models think in parts.
    thinking: { text: 'reasoning', elements: { members: membersOf({ text: { text: 'reasoning' } }) } },
    image_url: imageUrl,
    video_url: { members: membersOf({ url: { media: 'video' } }) },
    input_audio: { members: membersOf({ data: { media: 'audio', bare: true } }) },
    file: { members: membersOf({ file_data: { media: 'file', bare: true }, file_id: { media: 'file' } }) },
  }),
}
const content: Shape = { text: 'text', elements: part }

const called = everyString('arguments')
const toolCall: Shape = {
  numbers: ['index'],
  members: membersOf({
    function: { members: membersOf({ arguments: called }) },
    custom: { members: membersOf({ input: called }) },
  }),
}

/** The same thought may come under several names: each is a lane of its own. */
const reasoningDetail: Shape = {
  numbers: ['index'],
  members: membersOf({
    text: { text: 'reasoning', lane: 'reasoning_details' },
    summary: { text: 'reasoning', lane: 'reasoning_details' },
  }),
}

const message: Shape = {
  roles: [
    wordsOf(['role'], {
      system: 'system',
      developer: 'system',
      user: 'user',
      assistant: 'assistant',
      tool: 'tool',
      function: 'tool',
    }),
  ],
  members: membersOf({
    content,
    refusal: { text: 'refusal' },
    reasoning_content: { text: 'reasoning', lane: 'reasoning_content' },
    reasoning: { text: 'reasoning' },
    reasoning_details: { elements: reasoningDetail },
    tool_calls: { elements: toolCall },
    function_call: { members: membersOf({ arguments: called }) },
    audio: {
      members: membersOf({
        transcript: { text: 'text', lane: 'transcript' },
        data: { media: 'audio', bare: true },
      }),
    },
    images: { elements: { members: membersOf({ image_url: imageUrl }) } },
  }),
}

const definition = membersOf({ description: { text: 'definition' }, parameters: schemaShape })
const tool: Shape = {
  members: membersOf({ function: { members: definition }, custom: { members: definition } }),
}
const format: Shape = {
  members: membersOf({
    json_schema: { members: membersOf({ description: { text: 'definition' }, schema: schemaShape }) },
  }),
}

const choice: Shape = {
  numbers: ['index'],
  members: membersOf({
    delta: message,
    message: { ...message, whole: true },
    finish_reason: { mark: 'finish' },
  }),
}

export const chatLens = lensOf({
  request: {
    members: membersOf({
      messages: { elements: message },
      prediction: { role: 'assistant', members: membersOf({ content }) },
      tools: { role: 'system', elements: tool },
      functions: { role: 'system', elements: { members: definition } },
      response_format: { ...format, role: 'system' },
    }),
  },
  event: {
    members: membersOf({ choices: { elements: choice }, usage: { mark: 'usage' }, error: { mark: 'error' } }),
  },
  mediaSigns: [';base64,', '"input_audio"', '"file_data"'],
})
