// Log probabilities of tokens, both ways. Streams leave out the bytes and sometimes more; what has no token is no entry.
import { isObject } from '../json-object.ts'
import type { TokenLogprob } from '../../core/answer-event.ts'

/** Reads a list of log probabilities; anything else is an empty one. */
export function readLogprobs(list: unknown): readonly TokenLogprob[] {
  return entriesOf(list).map(({ entry, ...own }) => ({
    ...own,
    top: entriesOf(entry['top_logprobs']).map(({ entry: _entry, ...alternative }) => alternative),
  }))
}

interface Entry extends Omit<TokenLogprob, 'top'> {
  readonly entry: Readonly<Record<string, unknown>>
}

function entriesOf(list: unknown): readonly Entry[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: unknown) => {
    if (!isObject(entry)) return []
    const { token, logprob, bytes } = entry
    if (typeof token !== 'string' || typeof logprob !== 'number') return []
    return [{ token, logprob, bytes: isBytes(bytes) ? bytes : null, entry }]
  })
}

function isBytes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((byte) => typeof byte === 'number')
}

/** The list as clients of this dialect read it: bytes are always there. */
export function writeLogprobs(logprobs: readonly TokenLogprob[]): readonly Record<string, unknown>[] {
  return logprobs.map((entry) => ({ ...tokenOf(entry), top_logprobs: entry.top.map(tokenOf) }))
}

function tokenOf({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): Record<string, unknown> {
  return { token, logprob, bytes: bytes ?? [...Buffer.from(token)] }
}
