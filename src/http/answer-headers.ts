// The headers of an answer to a call: what a client needs to debug it (A6), and the few of the provider's that may
// pass. Everything else that a provider sends is dropped.
import type { AnswerHead } from '../core/answer.ts'
import type { CallRecord } from '../pipeline/settle.ts'

/** Header names (lower case) and values. `head`: unknown while any deployment may still answer, undefined for none. */
export function answerHeaders(
  record: CallRecord,
  head: AnswerHead | 'unknown' | undefined,
  timing: string,
): Record<string, string> {
  const headers: Record<string, string> = {
    'x-request-id': record.callId,
    'server-timing': timing,
    'x-sallyport-attempts': String(record.attempts),
    'x-sallyport-config': String(record.generation),
  }
  if (record.model !== '') headers['x-sallyport-model'] = headerText(record.model)
  const { deployment } = record
  if (deployment !== undefined && head !== 'unknown') {
    headers['x-sallyport-deployment'] = headerText(deployment.name)
    if (deployment.demo) headers['x-sallyport-demo'] = 'true'
  }
  if (head !== undefined && head !== 'unknown') {
    for (const name of deployment?.passHeaders ?? []) {
      const value = head.header(name)
      if (value === undefined) continue
      headers[name === 'x-request-id' ? 'x-sallyport-provider-request-id' : name] = headerText(value)
    }
  }
  return headers
}

const plain = /^[\x20-\x7e]*$/

/** A header holds printable ASCII only; the rest is percent-encoded. */
function headerText(text: string): string {
  return plain.test(text) ? text : encodeURI(text.toWellFormed())
}
