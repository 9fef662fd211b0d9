// A whole answer as events: the response object, read in one go.
import { given, isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { readFinish } from './finish-reasons.ts'
import { OutputReading } from './read-output.ts'
import { readErrorObject } from './translate-error.ts'
import { readUsage } from './usage.ts'

/** Reads a whole answer. Throws MalformedAnswer. */
export function readAnswer(body: unknown): readonly AnswerEvent[] {
  if (!isObject(body)) throw new MalformedAnswer('Its answer is not a JSON object.')
  if (!Array.isArray(body['output']) && body['status'] !== 'failed') {
    throw new MalformedAnswer('Its answer has no "output".')
  }
  const reading = new OutputReading()
  reading.tell(startOf(body))
  tellEnd(body, reading)
  return reading.drain()
}

/** The first event, from a response object. */
export function startOf(response: JsonObject): AnswerEvent {
  const createdSeconds = response['created_at']
  return given<Extract<AnswerEvent, { readonly kind: 'start' }>>({
    kind: 'start',
    id: wordOf(response['id']),
    model: wordOf(response['model']),
    createdSeconds: typeof createdSeconds === 'number' ? Math.floor(createdSeconds) : undefined,
    serviceTier: wordOf(response['service_tier']),
  })
}

/** All that a response object says at its end: what was not told of its output yet, usage, and how it ended. */
export function tellEnd(response: JsonObject, reading: OutputReading): void {
  const status = wordOf(response['status']) ?? 'completed'
  if (status === 'in_progress' || status === 'queued')
    throw new MalformedAnswer('Its answer is not finished.')
  tellOutput(response['output'], reading)
  const usage = readUsage(response['usage'])
  if (usage !== undefined) {
    reading.tell(
      given<Extract<AnswerEvent, { readonly kind: 'usage' }>>({
        kind: 'usage',
        usage,
        serviceTier: wordOf(response['service_tier']),
      }),
    )
  }
  if (status === 'failed' || status === 'cancelled') {
    reading.tell({ kind: 'error', error: errorOf(response['error'], status) })
    return
  }
  const details = response['incomplete_details']
  const why = (isObject(details) ? wordOf(details['reason']) : undefined) ?? ''
  reading.tell({
    kind: 'finish',
    choice: 0,
    reason: readFinish(status, why, reading.content),
    native: why === '' ? status : why,
  })
  reading.tell({ kind: 'end' })
}

function tellOutput(output: unknown, reading: OutputReading): void {
  if (!Array.isArray(output)) return
  for (const [index, entry] of output.entries()) {
    if (!isObject(entry)) throw new MalformedAnswer('An item of its output is not an object.')
    reading.settleItem(index, entry)
  }
}

function errorOf(error: unknown, status: string): Extract<AnswerEvent, { readonly kind: 'error' }>['error'] {
  if (isObject(error)) return readErrorObject(error)
  return { message: `The provider reported its answer as ${status}.`, type: 'server_error' }
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
