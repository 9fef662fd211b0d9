// What the Vercel AI SDK is asked to say in each dialect, and what must be read in the request that it sends.
import type { OracleName, OraclePrompt } from './ai-sdk.ts'
import type { Asked } from './asked.ts'

export interface PromptCase {
  readonly name: string
  readonly prompt: OraclePrompt
  /** What all dialects say alike. */
  readonly asked: Partial<Asked>
  /** Where the SDK itself says it otherwise; undefined where it refuses to. */
  readonly except?: Partial<Record<OracleName, Partial<Asked> | undefined>>
}

type Messages = OraclePrompt['prompt']
type Tools = NonNullable<OraclePrompt['tools']>
type Output = Extract<
  Extract<Messages[number], { role: 'tool' }>['content'][number],
  { output: unknown }
>['output']

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const pdf = 'JVBERi0xLjQK'
const wav = 'UklGRiQAAABXQVZF'

const schema = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
}
const weather: Tools = [{ type: 'function', name: 'weather', description: 'Tells it', inputSchema: schema }]
const weatherAsked = [['weather', 'Tells it', schema]]
const question: Messages = [{ role: 'user', content: [{ type: 'text', text: 'Weather?' }] }]

/** One call of the tool and its result. */
function called(output: Output): Messages {
  const call = { toolCallId: 'c1', toolName: 'weather' }
  return [
    ...question,
    { role: 'assistant', content: [{ type: 'tool-call', ...call, input: { city: 'Oslo' } }] },
    { role: 'tool', content: [{ type: 'tool-result', ...call, output }] },
  ]
}

const calledAsked = ['user: Weather?', 'call c1 weather {"city":"Oslo"}']

export const promptCases: readonly PromptCase[] = [
  {
    name: 'instructions and several turns',
    prompt: {
      prompt: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Grüße' },
            { type: 'text', text: 'more' },
          ],
        },
      ],
    },
    asked: { said: ['system: Be brief', 'user: Hi', 'assistant: Hello', 'user: Grüße', 'user: more'] },
  },
  {
    name: 'pictures',
    prompt: {
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What?' },
            { type: 'file', mediaType: 'image/png', data: png },
            { type: 'file', mediaType: 'image/jpeg', data: new URL('https://example.com/a.jpg') },
          ],
        },
      ],
    },
    asked: { said: ['user: What?', `user image image/png ${png}`, 'user image https://example.com/a.jpg'] },
  },
  {
    name: 'a document',
    prompt: {
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'file', mediaType: 'application/pdf', data: pdf, filename: 'a.pdf' },
            { type: 'text', text: 'Sum up' },
          ],
        },
      ],
    },
    asked: { said: [`user file application/pdf ${pdf}`, 'user: Sum up'] },
  },
  {
    name: 'sound',
    prompt: {
      prompt: [{ role: 'user', content: [{ type: 'file', mediaType: 'audio/wav', data: wav }] }],
    },
    asked: { said: [`user audio audio/wav ${wav}`] },
    except: { responses: undefined, anthropic: undefined },
  },
  ...(['auto', 'none', 'required'] as const).map((type): PromptCase => ({
    name: `tools with the choice "${type}"`,
    prompt: { prompt: question, tools: weather, toolChoice: { type } },
    asked: {
      said: ['user: Weather?'],
      tools: weatherAsked,
      toolChoice: { kind: type === 'required' ? 'any' : type },
    },
  })),
  {
    name: 'one tool that must be called',
    prompt: { prompt: question, tools: weather, toolChoice: { type: 'tool', toolName: 'weather' } },
    asked: {
      said: ['user: Weather?'],
      tools: weatherAsked,
      toolChoice: { kind: 'tool', name: 'weather' },
    },
  },
  {
    name: 'parallel calls with results in text and JSON',
    prompt: {
      prompt: [
        ...question,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Looking' },
            { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Oslo' } },
            { type: 'tool-call', toolCallId: 'c2', toolName: 'weather', input: { city: 'Rome' } },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'c1',
              toolName: 'weather',
              output: { type: 'text', value: 'rain' },
            },
            {
              type: 'tool-result',
              toolCallId: 'c2',
              toolName: 'weather',
              output: { type: 'json', value: { sky: 'blue' } },
            },
          ],
        },
        { role: 'user', content: [{ type: 'text', text: 'Well?' }] },
      ],
      tools: weather,
    },
    asked: {
      said: [
        'user: Weather?',
        'assistant: Looking',
        'call c1 weather {"city":"Oslo"}',
        'call c2 weather {"city":"Rome"}',
        'result c1: tool: rain',
        'result c2: tool: {"sky":"blue"}',
        'user: Well?',
      ],
      tools: weatherAsked,
    },
    except: {
      google: {
        said: [
          'user: Weather?',
          'assistant: Looking',
          'call c1 weather {"city":"Oslo"}',
          'call c2 weather {"city":"Rome"}',
          'result c1: tool: {"name":"weather","content":"rain"}',
          'result c2: tool: {"name":"weather","content":{"sky":"blue"}}',
          'user: Well?',
        ],
      },
    },
  },
  {
    name: 'a tool that failed',
    prompt: { prompt: called({ type: 'error-text', value: 'no' }), tools: weather },
    asked: { said: [...calledAsked, 'result c1: tool: no'], tools: weatherAsked },
    except: { google: { said: [...calledAsked, 'result c1: tool: {"name":"weather","content":"no"}'] } },
  },
  {
    name: 'a tool that shows a picture',
    prompt: {
      prompt: called({
        type: 'content',
        value: [
          { type: 'text', text: 'see' },
          { type: 'image-data', data: png, mediaType: 'image/png' },
        ],
      }),
      tools: weather,
    },
    asked: {
      said: [...calledAsked, `result c1: tool: see, tool image image/png ${png}`],
      tools: weatherAsked,
    },
    except: {
      openai: { said: [...calledAsked, pictureAsText()] },
      'openai-compatible': { said: [...calledAsked, pictureAsText()] },
      google: {
        said: [
          ...calledAsked,
          'result c1: tool: {"name":"weather","content":"see"}',
          `user image image/png ${png}`,
          'user: Tool executed successfully and returned this image as a response',
        ],
      },
    },
  },
  {
    name: 'thoughts and their seals',
    prompt: {
      prompt: [
        ...question,
        {
          role: 'assistant',
          content: [
            {
              type: 'reasoning',
              text: 'Hm',
              providerOptions: {
                anthropic: { signature: 'c2ln' },
                openai: { itemId: 'rs_1', reasoningEncryptedContent: 'c2ln' },
                google: { thoughtSignature: 'c2ln' },
              },
            },
            { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Oslo' } },
          ],
        },
      ],
      tools: weather,
      providerOptions: { openai: { store: false } },
    },
    asked: {
      said: ['user: Weather?', 'thought: Hm [c2ln]', 'call c1 weather {"city":"Oslo"}'],
      tools: weatherAsked,
    },
    except: {
      // OpenAI takes no thoughts in this dialect, and others take them without seals.
      openai: { said: calledAsked, unplaced: ['store'] },
      'openai-compatible': {
        said: ['user: Weather?', 'thought: Hm []', 'call c1 weather {"city":"Oslo"}'],
      },
    },
  },
  {
    name: 'a schema for the answer',
    prompt: { prompt: question, responseFormat: { type: 'json', schema, name: 'place' } },
    asked: { said: ['user: Weather?'], format: schema },
    // Not every server of the dialect knows schemas.
    except: { 'openai-compatible': { format: 'json' } },
  },
  {
    name: 'settings',
    prompt: {
      prompt: question,
      maxOutputTokens: 50,
      temperature: 0.5,
      topK: 7,
      stopSequences: ['END', 'STOP'],
      seed: 3,
    },
    asked: {
      said: ['user: Weather?'],
      maxTokens: 50,
      temperature: 0.5,
      topK: 7,
      stop: ['END', 'STOP'],
      seed: 3,
    },
    except: {
      openai: { topK: undefined },
      'openai-compatible': { topK: undefined },
      responses: { topK: undefined, stop: undefined, seed: undefined },
      anthropic: { seed: undefined },
    },
  },
]

function pictureAsText(): string {
  const value = [
    { type: 'text', text: 'see' },
    { type: 'image-data', data: png, mediaType: 'image/png' },
  ]
  return `result c1: tool: ${JSON.stringify(value)}`
}
