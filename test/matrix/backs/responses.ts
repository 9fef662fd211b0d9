// A provider of the Responses API.
import { at, listAt, parsed, textAt } from '../../json-at.ts'
import type { Back } from '../back.ts'
import { base64In, wordsOf } from '../back.ts'

export const responsesBack: Back = {
  name: 'responses',
  dialect: 'openai-responses',
  seals: true,
  look: (body) => {
    const items = listAt(body, 'input')
    const by = (type: string): readonly unknown[] => items.filter((item) => textAt(item, 'type') === type)
    const said = (...roles: readonly string[]): readonly unknown[] =>
      items.filter((item) => roles.includes(textAt(item, 'role')))
    const texts = (some: readonly unknown[]): string =>
      some.map((item) => wordsOf(at(item, 'content'))).join('\n')
    const parts = said('user').flatMap((item) => listAt(item, 'content'))
    const media = (name: string): readonly string[] =>
      parts.map((part) => base64In(textAt(part, name))).filter((base64) => base64 !== '')
    const thoughts = by('reasoning')
    return {
      system: textAt(body, 'instructions') + texts(said('system', 'developer')),
      user: texts(said('user')),
      images: media('image_url'),
      files: media('file_data'),
      tools: listAt(body, 'tools').map((tool) => ({
        name: textAt(tool, 'name'),
        schema: at(tool, 'parameters'),
      })),
      calls: by('function_call').map((item) => ({
        id: textAt(item, 'call_id'),
        name: textAt(item, 'name'),
        arguments: parsed(textAt(item, 'arguments')),
      })),
      results: by('function_call_output').map((item) => ({
        call: textAt(item, 'call_id'),
        text: wordsOf(at(item, 'output')),
      })),
      stop: at(body, 'stop'),
      schema: at(body, 'text', 'format', 'schema'),
      asksReasoning: at(body, 'reasoning', 'effort') !== undefined,
      thoughts: thoughts.map((item) => wordsOf(at(item, 'summary'))).join(''),
      seals: thoughts.map((item) => textAt(item, 'encrypted_content')),
    }
  },
}
