// A server of Ollama's own dialect.
import { at, listAt, textAt } from '../../json-at.ts'
import type { Back } from '../back.ts'
import { wordsOf } from '../back.ts'

export const ollamaBack: Back = {
  name: 'ollama',
  dialect: 'ollama',
  seals: false,
  refusesInWords: true,
  hidesThoughtTokens: true,
  look: (body) => {
    const messages = listAt(body, 'messages')
    const by = (role: string): readonly unknown[] =>
      messages.filter((message) => textAt(message, 'role') === role)
    const texts = (role: string): string =>
      by(role)
        .map((message) => wordsOf(at(message, 'content')))
        .join('\n')
    const calls = by('assistant').flatMap((message) => listAt(message, 'tool_calls'))
    return {
      system: texts('system'),
      user: texts('user'),
      images: by('user')
        .flatMap((message) => listAt(message, 'images'))
        .map(String),
      files: [],
      tools: listAt(body, 'tools').map((tool) => ({
        name: textAt(tool, 'function', 'name'),
        schema: at(tool, 'function', 'parameters'),
      })),
      calls: calls.map((call) => ({
        id: textAt(call, 'id'),
        name: textAt(call, 'function', 'name'),
        arguments: at(call, 'function', 'arguments'),
      })),
      results: by('tool').map((message) => ({
        call: textAt(message, 'tool_call_id'),
        text: wordsOf(at(message, 'content')),
      })),
      stop: at(body, 'options', 'stop'),
      schema: at(body, 'format'),
      asksReasoning: at(body, 'think') !== undefined && at(body, 'think') !== false,
      thoughts: by('assistant')
        .map((message) => textAt(message, 'thinking'))
        .join(''),
      seals: [],
    }
  },
}
