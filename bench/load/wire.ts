// The bytes both ends of the benchmark agree on: the request, the answer and the events. Everything is ASCII and of
// fixed size, so that a run is comparable with the next one and a wrong byte can be told from a right one.

/** The model name as the mock provider knows it. */
export const benchModel = 'bench-model'

/** What one call is to be: its number goes into every event, so that mixed-up streams are noticed. */
export type StreamPlan = {
  readonly stream: number
  readonly events: number
  /** At zero the call is never answered: for measuring a client that gives up waiting. */
  readonly eventsPerSecond: number
}

const requestBytes = 540
const answerBytes = 899
const eventBytes = 300
const created = 1_760_000_000

/** A chat call of 540 bytes that asks for a whole answer. */
export function callBody(model: string): string {
  return paddedTo(requestBytes, (filler) =>
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: 'You are a brief assistant.' },
        { role: 'user', content: `Say something about gateways. ${filler}` },
      ],
      temperature: 0.2,
      max_tokens: 128,
    }),
  )
}

/** A chat call of 540 bytes that asks for a stream; the plan travels inside the user's message. */
export function streamBody(model: string, plan: StreamPlan): string {
  const order = `${planMark} ${plan.stream} ${plan.events} ${plan.eventsPerSecond} end`
  return paddedTo(requestBytes, (filler) =>
    JSON.stringify({
      model,
      messages: [{ role: 'user', content: `${order} ${filler}` }],
      ...(plan.eventsPerSecond > 0 && { stream: true, stream_options: { include_usage: true } }),
    }),
  )
}

/**
 * A conversation of 200 kB, as an agent's becomes: a hundred calls of a tool and their results, text with line ends,
 * quotes, backslashes and a few letters that are not ASCII, as source code and prose hold them.
 */
export function longCallBody(model: string): string {
  const turns = Array.from({ length: toolCalls }, (_, turn) => {
    const id = `call_${String(turn).padStart(4, '0')}`
    const called = {
      name: 'read_file',
      arguments: JSON.stringify({ path: `src/core/${turn}.ts`, lines: 40 }),
    }
    return [
      {
        role: 'assistant',
        content: `Step ${turn}.`,
        tool_calls: [{ id, type: 'function', function: called }],
      },
      { role: 'tool', tool_call_id: id, content: readLine.repeat(linesOfResult) },
    ]
  })
  const messages = [{ role: 'user', content: 'Say something about gateways.' }, ...turns.flat()]
  const read = { name: 'read_file', description: 'Reads a file.', parameters: readFileSchema }
  return JSON.stringify({ model, messages, tools: [{ type: 'function', function: read }], max_tokens: 128 })
}

const toolCalls = 100
const linesOfResult = 17
const readLine = '  "name": "src\\core\\call.ts", // one line – “quoted” – of a file that an agent has read\n'
const readFileSchema = {
  type: 'object',
  properties: { path: { type: 'string' }, lines: { type: 'integer' } },
  required: ['path'],
}

/** What a plan in a request's text begins with. */
export const planMark = 'bench-stream'

const orderPattern = /bench-stream (\d+) (\d+) (\d+) end/

/** Reads the plan back from a request's text. */
export function planIn(text: string): StreamPlan | undefined {
  const found = orderPattern.exec(text)
  if (found === null) return undefined
  return { stream: Number(found[1]), events: Number(found[2]), eventsPerSecond: Number(found[3]) }
}

/** The whole answer, 899 bytes of JSON. */
export const answerBody: string = paddedTo(answerBytes, (filler) =>
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created,
    model: benchModel,
    choices: [
      { index: 0, message: { role: 'assistant', content: filler }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: {
      prompt_tokens: 120,
      completion_tokens: 150,
      total_tokens: 270,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
    system_fingerprint: 'fp_bench',
  }),
)

/** The token numbers a stream's last chunk reports. */
export const streamUsage = { prompt_tokens: 120, completion_tokens: 150, total_tokens: 270 } as const

/** The text that event `index` of a stream carries: sixteen characters that name both. */
export function eventText(stream: number, index: number): string {
  return `s${String(stream).padStart(6, '0')}e${String(index).padStart(7, '0')} `
}

const chunkStart = `{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":${created},"model":"${benchModel}",`
const deltaStart = `data: ${chunkStart}"system_fingerprint":"`
const deltaMiddle = '","choices":[{"index":0,"delta":{"content":"'
const deltaEnd = '"},"logprobs":null,"finish_reason":null}]}\n\n'
const filledStart =
  deltaStart +
  'fp_'.padEnd(
    eventBytes - deltaStart.length - deltaMiddle.length - deltaEnd.length - eventText(0, 0).length,
    'x',
  ) +
  deltaMiddle
const deltaSize = (filledStart.length + deltaEnd.length + eventText(0, 0).length).toString(16)

/** One content event of 300 bytes as one HTTP/1.1 chunk. */
export function eventChunk(stream: number, index: number): string {
  return `${deltaSize}\r\n${filledStart}${eventText(stream, index)}${deltaEnd}\r\n`
}

/** What follows the last content event: the finish, the usage chunk, `[DONE]` and the end of the body. */
export const streamTail: string = [
  `data: ${chunkStart}"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}\n\n`,
  `data: ${chunkStart}"choices":[],"usage":${JSON.stringify(streamUsage)}}\n\n`,
  'data: [DONE]\n\n',
]
  .map((event) => `${event.length.toString(16)}\r\n${event}\r\n`)
  .concat('0\r\n\r\n')
  .join('')

/** Where the text of a whole stream is not as planned; undefined when it is. */
export function textFault(text: string, plan: StreamPlan): string | undefined {
  const expected = Array.from({ length: plan.events }, (_, index) => eventText(plan.stream, index)).join('')
  if (text === expected) return undefined
  let at = 0
  while (at < text.length && text[at] === expected[at]) at += 1
  return `the text differs at character ${at}: "${text.slice(at, at + 32)}" for "${expected.slice(at, at + 32)}"`
}

/** The bytes of a POST on a kept-alive connection. */
export function postBytes(path: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return (
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`
  )
}

/** Grows the filler until the text is exactly `bytes` long. */
function paddedTo(bytes: number, print: (filler: string) => string): string {
  const room = bytes - print('').length
  if (room < 0)
    throw new RangeError(`the text without filler is already ${bytes - room} bytes, more than ${bytes}`)
  return print('lorem ipsum '.repeat(Math.ceil(room / 12)).slice(0, room))
}
