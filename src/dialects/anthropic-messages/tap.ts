// What the events of a relayed stream of this API mean. Pieces of content, which are nearly all of them, are known by
// their kind and never parsed.
import { billedAs } from '../../core/usage.ts'
import type { Usage } from '../../core/usage.ts'
import type { EventReader, StreamNotes } from '../event-tap.ts'
import { providerFault } from '../event-tap.ts'
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { pieceTokens } from '../said-tokens.ts'
import type { SseEvent } from '../sse-event.ts'
import { readReportedTier } from './service-tier.ts'
import { laterCounts, readUsage } from './usage.ts'

/** A block that begins with more than this has begun with content, so it need not be looked at. */
const emptyBlockBytesMax = 4096
/** What stands around the text of a piece. */
const deltaFrameBytes = 90
/** No signature is shorter, and what says so stands at the start. */
const signatureBytesMin = 200
const signatureAtMost = 100

export class MessageEvents implements EventReader {
  #counts: JsonObject = {}
  #hasBegun = false
  /** The provider has said how much it was in the end. */
  #isCounted = false
  /** By their bytes: a piece of this API is several tokens. */
  #saidTokens = 0

  read(event: SseEvent, notes: StreamNotes): void {
    switch (event.kind()) {
      case 'content_block_delta':
        notes.content = true
        notes.contentChunks += 1
        if (!isSignature(event)) this.#saidTokens += pieceTokens(event.byteLength - deltaFrameBytes)
        break
      case 'content_block_start':
        notes.content ||= !isEmptyText(event)
        break
      case 'message_start':
        this.#begin(event.json()['message'], notes)
        break
      case 'message_delta':
        this.#change(event.json(), notes)
        break
      case 'message_stop':
        this.#stop(notes)
        break
      case 'error':
        notes.fault = providerFault(event.json()['error'] ?? event.json())
        break
      default:
    }
  }

  /** An answer of this API always has its last event. */
  isWhole(): boolean {
    return false
  }

  /** Until the last report, the provider's count of the output is the one from before it began. */
  usage(contentChunks: number): Usage | undefined {
    if (!hasCounts(this.#counts)) return undefined
    const usage = billedAs(readUsage(this.#counts), readReportedTier(this.#counts['service_tier']))
    if (this.#isCounted) return usage
    return { ...usage, outputTokens: Math.max(usage.outputTokens, contentChunks, this.#saidTokens) }
  }

  #begin(message: unknown, notes: StreamNotes): void {
    this.#hasBegun = true
    if (!isObject(message)) return
    if (typeof message['model'] === 'string') notes.model = message['model']
    this.#counts = laterCounts(this.#counts, message['usage'])
  }

  #change({ delta, usage }: JsonObject, notes: StreamNotes): void {
    this.#counts = laterCounts(this.#counts, usage)
    this.#isCounted ||= isObject(usage)
    // An answer may be empty: then its end is the first that a client can use.
    notes.content ||= isObject(delta) && typeof delta['stop_reason'] === 'string'
  }

  #stop(notes: StreamNotes): void {
    if (this.#hasBegun) notes.content = notes.done = true
    else notes.fault = { kind: 'cut', detail: 'its stream ended without an answer' }
  }
}

/** Is there any count that could stand on a bill? */
export function hasCounts(counts: JsonObject): boolean {
  return typeof counts['output_tokens'] === 'number'
}

function isSignature(event: SseEvent): boolean {
  if (event.byteLength < signatureBytesMin) return false
  const at = event.latin1().indexOf('"signature_delta"')
  return at !== -1 && at < signatureAtMost
}

/** A block of text begins empty, and says nothing yet; any other says at least what is coming. */
function isEmptyText(event: SseEvent): boolean {
  if (event.byteLength > emptyBlockBytesMax) return false
  const block = event.json()['content_block']
  return isObject(block) && block['type'] === 'text' && block['text'] === ''
}
