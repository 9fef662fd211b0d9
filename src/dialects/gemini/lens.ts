// Where a generateContent request, and a response, holds texts and media. Google takes each name in camelCase and in
// snake_case, and a lone value where a list is meant. Source: https://ai.google.dev/api/generate-content, 2026-11.
import { lensOf } from '../lens.ts'
import { everyString, membersOf, schemaShape, wordsOf } from '../lens-shape.ts'
import type { Shape } from '../lens-shape.ts'

/** Members by both of their names. */
function named(shapes: Readonly<Record<string, Shape>>): Shape {
  const older = Object.entries(shapes).map(([name, shape]) => [snakeCase(name), shape] as const)
  return { members: membersOf({ ...Object.fromEntries(older), ...shapes }) }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** One, or several. */
function listOf(shape: Shape): Shape {
  return { ...shape, elements: shape }
}

/** The media type says which kind of medium it is. */
function mediaShape(name: string, bare: Pick<Shape, 'bare'>): Shape {
  const family = (media: NonNullable<Shape['media']>): Shape => named({ [name]: { media, ...bare } })
  return {
    ...family('file'),
    variants: wordsOf(['mimeType', 'mime_type'], {
      image: family('image'),
      audio: family('audio'),
      video: family('video'),
    }),
  }
}

const media = { inlineData: mediaShape('data', { bare: true }), fileData: mediaShape('fileUri', {}) }
const partShapes: Readonly<Record<string, Shape>> = {
  ...media,
  text: { text: 'text' },
  functionCall: named({ args: everyString('arguments') }),
  functionResponse: {
    ...named({ response: everyString('text'), parts: listOf(named(media)) }),
    role: 'tool',
  },
  executableCode: named({ code: { text: 'arguments' } }),
  codeExecutionResult: { ...named({ output: { text: 'text' } }), role: 'tool' },
  toolCall: named({ args: everyString('arguments') }),
  toolResponse: { ...named({ response: everyString('text') }), role: 'tool' },
}
const part: Shape = {
  ...named(partShapes),
  variants: wordsOf(['thought'], { true: named({ ...partShapes, text: { text: 'reasoning' } }) }),
}
const content: Shape = {
  ...named({ parts: listOf(part) }),
  roles: [wordsOf(['role'], { user: 'user', model: 'assistant', function: 'tool', tool: 'tool' })],
}

const functionDeclaration = named({
  description: { text: 'definition' },
  parameters: schemaShape,
  parametersJsonSchema: schemaShape,
  response: schemaShape,
  responseJsonSchema: schemaShape,
})

const request = named({
  systemInstruction: { ...named({ parts: listOf(part) }), text: 'text', role: 'system' },
  contents: listOf(content),
  tools: { ...listOf(named({ functionDeclarations: listOf(functionDeclaration) })), role: 'system' },
  generationConfig: {
    ...named({ responseSchema: schemaShape, responseJsonSchema: schemaShape }),
    role: 'system',
  },
})

const candidate: Shape = {
  ...named({
    content,
    finishReason: { mark: 'finish', except: new Set(['FINISH_REASON_UNSPECIFIED']) },
    groundingMetadata: named({
      groundingSupports: { elements: named({ segment: named({ text: { text: 'citation', whole: true } }) }) },
    }),
  }),
  numbers: ['index'],
}

export const geminiLens = lensOf({
  // A request whose tokens are to be counted may come whole, in a member.
  request: {
    members: new Map([
      ...(request.members ?? []),
      ...(named({ generateContentRequest: request }).members ?? []),
    ]),
  },
  event: named({
    candidates: { elements: candidate },
    promptFeedback: named({ blockReason: { mark: 'finish' } }),
    usageMetadata: { mark: 'usage' },
    error: { mark: 'error' },
  }),
  mediaSigns: [';base64,', '"inlineData"', '"inline_data"'],
})
