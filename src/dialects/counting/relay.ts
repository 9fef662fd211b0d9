// Counting the tokens of a request, at providers that can be asked: nothing but a number comes back.
import { isUtf8 } from 'node:buffer'
import { noUsage } from '../../core/usage.ts'
import { messagesRelay } from '../anthropic-messages/relay.ts'
import { geminiRelay } from '../gemini/relay.ts'
import { parsedObject } from '../json-object.ts'
import type { WholeAnswer } from '../passage.ts'
import type { Relay } from '../relay.ts'
import { utf8Of } from '../text-of-bytes.ts'

export const messagesCountRelay: Relay = { ...messagesRelay, ...counting(messagesRelay, 'input_tokens') }

export const geminiCountRelay: Relay = { ...geminiRelay, ...counting(geminiRelay, 'totalTokens') }

/** `payload` is the member that makes it an answer. Nothing was generated, so nothing is charged. */
function counting(
  { readRequest }: Relay,
  payload: string,
): Pick<Relay, 'readRequest' | 'readWhole' | 'estimateOutput'> {
  return {
    readRequest: (bytes, place) => readRequest(bytes, { ...place, onlyCounts: true }),
    readWhole: (bytes) => readCount(bytes, payload),
    estimateOutput: () => 0,
  }
}

function readCount(bytes: Uint8Array, payload: string): WholeAnswer {
  const answer = isUtf8(bytes) ? parsedObject(utf8Of(bytes)) : undefined
  if (answer === undefined) return { kind: 'malformed', problem: 'its answer is not a JSON object' }
  if (typeof answer[payload] === 'number') return { kind: 'answer', usage: noUsage, model: '', bytes }
  if (answer['error'] !== undefined) return { kind: 'error' }
  return { kind: 'malformed', problem: `its answer has no "${payload}"` }
}
