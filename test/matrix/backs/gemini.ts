// A provider of generateContent.
import { at, listAt, textAt } from '../../json-at.ts'
import type { Back } from '../back.ts'
import { wordsOf } from '../back.ts'

export const geminiBack: Back = {
  name: 'gemini',
  dialect: 'gemini',
  seals: true,
  thoughtsInSeal: true,
  look: (body) => {
    const contents = listAt(body, 'contents')
    const parts = contents.flatMap((content) => listAt(content, 'parts'))
    const holding = (name: string): readonly unknown[] =>
      parts.map((part) => at(part, name)).filter((value) => value !== undefined)
    const media = (isImage: boolean): readonly string[] =>
      holding('inlineData')
        .filter((inline) => textAt(inline, 'mimeType').startsWith('image/') === isImage)
        .map((inline) => textAt(inline, 'data'))
    const users = contents.filter((content) => textAt(content, 'role') !== 'model')
    const config = at(body, 'generationConfig')
    return {
      system: wordsOf(at(body, 'systemInstruction', 'parts')),
      user: users.map((content) => wordsOf(at(content, 'parts'))).join('\n'),
      images: media(true),
      files: media(false),
      tools: listAt(body, 'tools')
        .flatMap((tool) => listAt(tool, 'functionDeclarations'))
        .map((tool) => ({
          name: textAt(tool, 'name'),
          schema: at(tool, 'parametersJsonSchema') ?? at(tool, 'parameters'),
        })),
      calls: holding('functionCall').map((call) => ({
        id: textAt(call, 'id') || textAt(call, 'name'),
        name: textAt(call, 'name'),
        arguments: at(call, 'args'),
      })),
      results: holding('functionResponse').map((answer) => ({
        call: textAt(answer, 'id') || textAt(answer, 'name'),
        text: Object.values(at(answer, 'response') ?? {}).join(''),
      })),
      stop: at(config, 'stopSequences'),
      schema: at(config, 'responseJsonSchema') ?? at(config, 'responseSchema'),
      asksReasoning: at(config, 'thinkingConfig') !== undefined,
      thoughts: parts
        .filter((part) => at(part, 'thought') === true)
        .map((part) => textAt(part, 'text'))
        .join(''),
      seals: parts.map((part) => textAt(part, 'thoughtSignature')).filter((seal) => seal !== ''),
    }
  },
}
