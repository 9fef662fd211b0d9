// A provider of chat completions.
import { at, listAt, parsed, textAt } from '../../json-at.ts'
import type { Back } from '../back.ts'
import { base64In, wordsOf } from '../back.ts'

export const chatBack: Back = {
  name: 'chat',
  dialect: 'openai-chat',
  seals: false,
  look: (body) => {
    const messages = listAt(body, 'messages')
    const by = (role: string): readonly unknown[] =>
      messages.filter((message) => textAt(message, 'role') === role)
    const texts = (role: string): string =>
      by(role)
        .map((message) => wordsOf(at(message, 'content')))
        .join('\n')
    const parts = by('user').flatMap((message) => listAt(message, 'content'))
    const media = (...path: readonly string[]): readonly string[] =>
      parts.map((part) => base64In(textAt(part, ...path))).filter((base64) => base64 !== '')
    const calls = by('assistant').flatMap((message) => listAt(message, 'tool_calls'))
    return {
      system: texts('system') + texts('developer'),
      user: texts('user'),
      images: media('image_url', 'url'),
      files: media('file', 'file_data'),
      tools: listAt(body, 'tools').map((tool) => ({
        name: textAt(tool, 'function', 'name'),
        schema: at(tool, 'function', 'parameters'),
      })),
      calls: calls.map((call) => ({
        id: textAt(call, 'id'),
        name: textAt(call, 'function', 'name'),
        arguments: parsed(textAt(call, 'function', 'arguments')),
      })),
      results: by('tool').map((message) => ({
        call: textAt(message, 'tool_call_id'),
        text: wordsOf(at(message, 'content')),
      })),
      stop: at(body, 'stop'),
      schema: at(body, 'response_format', 'json_schema', 'schema'),
      asksReasoning: at(body, 'reasoning_effort') !== undefined,
      thoughts: by('assistant')
        .map((message) => textAt(message, 'reasoning_content'))
        .join(''),
      seals: [],
    }
  },
}
