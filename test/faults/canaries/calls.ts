// The calls of a run with canaries: each kind of request that holds what somebody says, in all formats, whole and as a stream,
// well and badly ended. What the answers say does not matter; where the words are left afterwards does.
import type { ErrorBody, Fault } from '../../simulator/behaviour.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'

/** What is said in one call. */
export interface Saying {
  /** By the client: in prompts, system texts, arguments and results of tools, and what is embedded. */
  readonly prompt: string
  /** By the provider, when it answers. */
  readonly answer: string
  /** Whether the client asks to have it kept, where it can. */
  readonly isKept: boolean
}

export interface Request {
  readonly path: string
  readonly body: object
}

export const doors = ['chat', 'messages', 'responses', 'generate', 'embeddings', 'count'] as const
export type DoorName = (typeof doors)[number]

/** A request that says this, everywhere where something can be said. */
export function requestOf(door: DoorName, model: string, { saying, stream }: Said): Request {
  const { prompt, isKept } = saying
  const turns = [{ role: 'user', content: `Tell me of ${prompt}.` }]
  switch (door) {
    case 'chat':
      return {
        path: '/v1/chat/completions',
        body: { model, stream, messages: chatTurns(prompt), tools: chatTools(prompt) },
      }
    case 'messages':
      return {
        path: '/v1/messages',
        body: { model, stream, max_tokens: 99, system: `Mind ${prompt}.`, messages: turns },
      }
    case 'responses':
      return {
        path: '/v1/responses',
        body: {
          model,
          stream,
          instructions: `Mind ${prompt}.`,
          input: `Tell me of ${prompt}.`,
          store: isKept,
        },
      }
    case 'generate':
      return {
        path: `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
        body: {
          systemInstruction: { parts: [{ text: `Mind ${prompt}.` }] },
          contents: [{ role: 'user', parts: [{ text: `Tell me of ${prompt}.` }] }],
        },
      }
    case 'embeddings':
      return { path: '/v1/embeddings', body: { model, input: [prompt, `And ${prompt}.`] } }
    case 'count':
      return { path: '/v1/messages/count_tokens', body: { model, messages: turns } }
  }
}

export interface Said {
  readonly saying: Saying
  readonly stream: boolean
}

function chatTurns(prompt: string): readonly object[] {
  const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: `{"at":"${prompt}"}` } }
  return [
    { role: 'system', content: `Mind ${prompt}.` },
    { role: 'user', content: [{ type: 'text', text: `Tell me of ${prompt}.` }] },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: `It is ${prompt}.` },
    { role: 'user', content: 'Go on.' },
  ]
}

function chatTools(prompt: string): readonly object[] {
  const parameters = { type: 'object', properties: { at: { type: 'string', description: prompt } } }
  return [{ type: 'function', function: { name: 'look', description: `Looks at ${prompt}.`, parameters } }]
}

/** Bodies that are refused before anybody is asked, and hold what was said all the same. */
export function spoiledBodies(model: string, prompt: string): readonly string[] {
  return [
    `{"model":"${model}","messages":[{"role":"user","content":"${prompt}"}`,
    `{"model":"${model}","messages":"${prompt}"}`,
    `{"model":"${model}","messages":[{"role":"${prompt}","content":7}],"temperature":"${prompt}"}`,
    `{"model":"${model}","messages":[],"stream":"${prompt}"}`,
    prompt,
  ]
}

/** How a provider may fail. `echo` is what it repeats of what it was sent: the prompt, and its own key. */
export function faultsOf(echo: string): readonly (Fault | undefined)[] {
  const raw: ErrorBody = { kind: 'raw', contentType: 'application/json', text: echoed(echo) }
  const text: ErrorBody = { kind: 'raw', contentType: 'text/html', text: `<h1>${echo}</h1>` }
  return [
    undefined,
    ...[400, 401, 404, 429, 500, 503].map((status): Fault => ({ kind: 'status', status, body: raw })),
    { kind: 'status', status: 502, body: text },
    { kind: 'status', status: 422, body: text },
    { kind: 'redirect', status: 307, location: `http://127.0.0.1:1/?key=${encodeURIComponent(echo)}` },
    { kind: 'malformed-json', how: 'truncated' },
    { kind: 'malformed-event', atEvent: 2, line: `data: {"${echo}` },
    { kind: 'error-event', atEvent: 2 },
    { kind: 'error-in-200' },
    { kind: 'cut', at: { afterEvents: 3 } },
    { kind: 'reset', at: 'after-head' },
    { kind: 'early-end', afterEvents: 2 },
    { kind: 'no-done' },
    { kind: 'empty-stream' },
    { kind: 'bad-http', what: 'bad-chunk-size' },
  ]
}

function echoed(echo: string): string {
  return JSON.stringify({ error: { message: `Bad: ${echo}`, type: echo, code: echo, param: echo } })
}

/** Lets the simulator do this with the next call, and with its retries. */
export function prepare(simulator: Simulator, { answer }: Saying, fault: Fault | undefined): void {
  const headers = [
    ['x-request-id', answer],
    ['set-cookie', `session=${answer}`],
    ['openai-organization', answer],
  ] as const
  simulator.setDefault({
    answer: { text: `It is ${answer}, and ${answer}.`, headers },
    ...(fault && { fault }),
  })
}
