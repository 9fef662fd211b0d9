// A provider of the Messages API.
import { at, listAt, textAt } from '../../json-at.ts'
import type { Back } from '../back.ts'
import { wordsOf } from '../back.ts'

export const messagesBack: Back = {
  name: 'messages',
  dialect: 'anthropic-messages',
  seals: true,
  look: (body) => {
    const messages = listAt(body, 'messages')
    const by = (role: string): readonly unknown[] =>
      messages.filter((message) => textAt(message, 'role') === role)
    const texts = (role: string): string =>
      by(role)
        .map((message) => wordsOf(at(message, 'content')))
        .join('\n')
    const blocks = messages.flatMap((message) => listAt(message, 'content'))
    const ofType = (type: string): readonly unknown[] =>
      blocks.filter((block) => textAt(block, 'type') === type)
    const media = (type: string): readonly string[] =>
      ofType(type).map((block) => textAt(block, 'source', 'data'))
    const tools = listAt(body, 'tools').map((tool) => ({
      name: textAt(tool, 'name'),
      schema: at(tool, 'input_schema'),
    }))
    // A format that the model has no word for is asked for as the one tool that it must call.
    const forced = tools.find(({ name }) => name === textAt(body, 'tool_choice', 'name'))
    return {
      system: wordsOf(at(body, 'system')) + texts('system'),
      user: texts('user'),
      images: media('image'),
      files: media('document'),
      tools,
      calls: ofType('tool_use').map((block) => ({
        id: textAt(block, 'id'),
        name: textAt(block, 'name'),
        arguments: at(block, 'input'),
      })),
      results: ofType('tool_result').map((block) => ({
        call: textAt(block, 'tool_use_id'),
        text: wordsOf(at(block, 'content')),
      })),
      stop: at(body, 'stop_sequences'),
      schema: at(body, 'output_config', 'format', 'schema') ?? forced?.schema,
      asksReasoning: ['enabled', 'adaptive'].includes(textAt(body, 'thinking', 'type')),
      thoughts: ofType('thinking')
        .map((block) => textAt(block, 'thinking'))
        .join(''),
      seals: ofType('thinking').map((block) => textAt(block, 'signature')),
    }
  },
}
