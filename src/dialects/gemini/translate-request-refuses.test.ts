import { describe, expect, test } from 'bun:test'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import { readRequest } from './translate-request.ts'
import { failureOf } from '../../../test/failure-of.ts'

function read(members: Record<string, unknown>): ModelRequest {
  return readRequest({ model: 'fast', stream: false, contents: [{ parts: [{ text: 'Hello' }] }], ...members })
}

describe('bad input of a Gemini client', () => {
  const inline = (text: unknown) => ({
    contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: text } }] }],
  })
  const call = { role: 'model', parts: [{ functionCall: { name: 'f' } }] }
  const answer = (name: string) => ({ parts: [{ functionResponse: { name, response: {} } }] })
  const cases: readonly (readonly [
    string,
    Record<string, unknown>,
    typeof InvalidType | typeof InvalidValue | typeof MissingParameter,
  ])[] = [
    ['contents', { contents: undefined }, MissingParameter],
    ['contents', { contents: [] }, InvalidValue],
    ['contents[0]', { contents: ['Hello'] }, InvalidType],
    ['contents[0].role', { contents: [{ role: 'system', parts: [] }] }, InvalidValue],
    ['contents[0].parts[0]', { contents: [{ parts: [{ hologram: {} }] }] }, InvalidValue],
    ['contents[0].parts[0]', { contents: [{ parts: [{}] }] }, InvalidValue],
    ['contents[0].parts[0]', { contents: [{ parts: [{ text: 'a', inlineData: {} }] }] }, InvalidValue],
    ['contents[0].parts[0].text', { contents: [{ parts: [{ text: 1 }] }] }, InvalidType],
    ['contents[0].parts[0].inlineData.data', inline('a'), InvalidValue],
    ['contents[0].parts[0].inlineData.data', inline(''), InvalidValue],
    ['contents[0].parts[0].inlineData.data', inline('aGk=='), InvalidValue],
    ['contents[0].parts[0].inlineData.data', inline('a k='), InvalidValue],
    ['contents[0].parts[0].inlineData.data', inline(undefined), MissingParameter],
    [
      'contents[0].parts[0].inline_data.mime_type',
      { contents: [{ parts: [{ inline_data: { mime_type: 3 } }] }] },
      InvalidType,
    ],
    [
      'contents[0].parts[0].fileData.fileUri',
      { contents: [{ parts: [{ fileData: { fileUri: 'data:image/png,x' } }] }] },
      InvalidValue,
    ],
    ['contents[0].parts[0]', { contents: [{ role: 'user', parts: call.parts }] }, InvalidValue],
    ['contents[0].parts[0]', { contents: [answer('f')] }, InvalidValue],
    ['contents[1].parts[0]', { contents: [call, answer('g')] }, InvalidValue],
    ['contents[2].parts[0]', { contents: [call, answer('f'), answer('f')] }, InvalidValue],
    [
      'contents[0].parts[0].functionCall.args',
      { contents: [{ role: 'model', parts: [{ functionCall: { name: 'f', args: '{}' } }] }] },
      InvalidType,
    ],
    ['systemInstruction', { systemInstruction: 'Be brief.' }, InvalidType],
    ['tools[0].functionDeclarations[0].name', { tools: [{ functionDeclarations: [{}] }] }, MissingParameter],
    [
      'tools[0].functionDeclarations[0].parameters',
      { tools: [{ functionDeclarations: [{ name: 'f', parameters: 'x' }] }] },
      InvalidType,
    ],
    [
      'tools[0].functionDeclarations[0].parameters.properties.a',
      { tools: [{ functionDeclarations: [{ name: 'f', parameters: { properties: { a: 1 } } }] }] },
      InvalidType,
    ],
    [
      'toolConfig.functionCallingConfig.mode',
      { toolConfig: { functionCallingConfig: { mode: 'MAYBE' } } },
      InvalidValue,
    ],
    ['generationConfig.temperature', { generationConfig: { temperature: 'hot' } }, InvalidType],
    ['generationConfig.maxOutputTokens', { generationConfig: { maxOutputTokens: 0 } }, InvalidValue],
    ['generationConfig.stopSequences[1]', { generationConfig: { stopSequences: ['a', 1] } }, InvalidType],
    ['generationConfig.responseJsonSchema', { generationConfig: { responseJsonSchema: [] } }, InvalidType],
    [
      'generationConfig.thinkingConfig.thinkingLevel',
      { generationConfig: { thinkingConfig: { thinkingLevel: 'DEEP' } } },
      InvalidValue,
    ],
    ['labels.team', { labels: { team: 1 } }, InvalidType],
  ]

  test.each(cases)('%s is named for %j', async (path, members, kind) => {
    const failure = await failureOf(() => read(members))
    expect(failure).toBeInstanceOf(kind)
    expect(failure).toMatchObject({ param: path })
  })
})
