// The words that a model's name may be made of, each a small behaviour. A word whose argument makes no sense
// throws `RangeError`: then the name is an ordinary model's.
import { badHttpKinds } from './behaviour.ts'
import type { AnswerScript, BadHttp, Behaviour, Fault, UsageStyle, Wire } from './behaviour.ts'

type Word = (argument: string) => Behaviour

const usageStyles: readonly UsageStyle[] = [
  'as-asked',
  'missing',
  'always',
  'in-final-content',
  'every-event',
  'inflated',
  'negative',
  'huge',
  'fractional',
  'text',
]

export const modelWords: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['ok', () => ({})],
  // What is said.
  ['tokens', (count) => say({ tokens: number(count) })],
  ['multibyte', () => say({ multibyte: true })],
  ['escaped', () => say({ escaped: true })],
  ['odd-json', () => say({ oddJson: true })],
  ['reasoning', (count) => say({ reasoningTokens: number(count) })],
  ['parallel-tools', () => say({ parallelTools: true })],
  ['cached', (count) => say({ cachedTokens: number(count) })],
  ['refusal', () => say({ refusal: true })],
  ['stops', () => say({ stops: true })],
  ['continues', () => say({ goesOn: true })],
  ['restarts', () => say({ goesOn: true, repeats: 'all' })],
  ['overlaps', (count) => say({ goesOn: true, repeats: number(count) })],
  ['apologises', () => say({ goesOn: true, apologises: true })],
  ['finish', (reason) => say({ finishReason: reason })],
  ['prompt-filter', () => say({ promptFilterEvent: true })],
  ['async-filter', () => say({ filterEvents: true })],
  ['usage', (style) => say({ usage: oneOf(usageStyles, style) })],
  ['report', (model) => say({ reportedModel: model })],
  // When.
  ['head-delay', (delay) => ({ delays: { beforeHeadMs: number(delay) } })],
  ['first-delay', (delay) => ({ delays: { beforeFirstEventMs: number(delay) } })],
  ['gap', (delay) => ({ delays: { betweenEventsMs: number(delay) } })],
  // How it is laid out.
  ['slice', (bytes) => layOut({ sliceBytes: number(bytes) })],
  ['slice-random', (both) => layOut({ sliceBytes: randomSlices(both) })],
  ['slice-characters', () => layOut({ sliceBytes: 'inside-characters' })],
  ['slice-gap', (delay) => layOut({ sliceGapMs: number(delay) })],
  ['packet', (events) => layOut({ eventsPerWrite: number(events) })],
  ['line', (end) => layOut({ lineEnd: oneOf(['lf', 'crlf', 'cr'], end) })],
  ['comments', () => layOut({ comments: true })],
  ['event-lines', () => layOut({ eventLines: true })],
  ['framing', (style) => layOut({ framing: oneOf(['chunked', 'content-length', 'close'], style) })],
  ['encoding', (coding) => layOut({ encoding: oneOf(['gzip', 'deflate', 'br'], coding) })],
  [
    'connection',
    (style) => layOut({ connection: oneOf(['keep', 'close', 'close-unannounced', 'drop-next'], style) }),
  ],
  ['informational', (count) => layOut({ informationalHeads: number(count) })],
  ['http10', () => layOut({ version: '1.0' })],
  // What goes wrong.
  ['status', (status) => fail({ kind: 'status', status: number(status), body: { kind: 'envelope' } })],
  ['throttle', (seconds) => fail(throttled(number(seconds)))],
  ['error-200', () => fail({ kind: 'error-in-200' })],
  ['bad-json', () => fail({ kind: 'malformed-json', how: 'truncated' })],
  ['bad-event', (at) => fail({ kind: 'malformed-event', atEvent: number(at), line: 'data: {"broken' })],
  ['error-event', (at) => fail({ kind: 'error-event', atEvent: number(at) })],
  ['redirect', () => fail({ kind: 'redirect', status: 307 })],
  ['reset-head', () => fail({ kind: 'reset', at: 'before-head' })],
  ['reset-after', (events) => fail({ kind: 'reset', at: { afterEvents: number(events) } })],
  ['cut-head', () => fail({ kind: 'cut', at: 'before-head' })],
  ['cut-after', (events) => fail({ kind: 'cut', at: { afterEvents: number(events) } })],
  ['stall-head', () => fail({ kind: 'stall', at: 'before-head' })],
  ['stall-after', (events) => fail({ kind: 'stall', at: { afterEvents: number(events) } })],
  ['end-after', (events) => fail({ kind: 'early-end', afterEvents: number(events) })],
  ['no-done', () => fail({ kind: 'no-done' })],
  ['empty-stream', () => fail({ kind: 'empty-stream' })],
  ['endless', () => fail({ kind: 'endless' })],
  ['huge-event', (bytes) => fail({ kind: 'huge-event', bytes: number(bytes) })],
  ['huge-body', (bytes) => fail({ kind: 'huge-body', bytes: number(bytes) })],
  ['bad-http', (what) => fail({ kind: 'bad-http', what: oneOf<BadHttp>(badHttpKinds, what) })],
])

function say(answer: AnswerScript): Behaviour {
  return { answer }
}

function layOut(wire: Wire): Behaviour {
  return { wire }
}

function fail(fault: Fault): Behaviour {
  return { fault }
}

function throttled(seconds: number): Fault {
  return { kind: 'status', status: 429, body: { kind: 'envelope' }, retryAfter: { seconds } }
}

function randomSlices(text: string): NonNullable<Wire['sliceBytes']> {
  const [bytesMax = '', seed = ''] = text.split(',')
  return { bytesMax: number(bytesMax), seed: number(seed) }
}

function number(text: string): number {
  if (!/^\d+$/u.test(text)) throw new RangeError(`"${text}" is no number`)
  return Number(text)
}

function oneOf<Name extends string>(names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text)
  if (found === undefined) throw new RangeError(`"${text}" is none of ${names.join(', ')}`)
  return found
}
