// One call as a client sees it, to its end: what came, when, and whether the end was told. It believes nothing that is
// not on the wire, and leaves when its patience is over.
import type { Json, Seen } from '../matrix/front.ts'
import { openPost } from './open-call.ts'
import type { OpenCall, Post } from './open-call.ts'

/**
 * `whole`: a finish and nothing else. `failed`: a status that says so. `told`: an error after the beginning of an
 * answer. `untold`: an answer that stopped without a word. `garbled`: what no client can read. `hung`: no end within
 * patience. `unreachable`: not even a head.
 */
export type CallEnd = 'whole' | 'failed' | 'told' | 'untold' | 'garbled' | 'hung' | 'unreachable'

export interface SeenCall {
  readonly prompt: string
  readonly end: CallEnd
  /** 0 without a head. */
  readonly status: number
  readonly text: string
  /** The code of an error, or what was wrong. */
  readonly problem: string
  readonly attempts: number
  /** When it should have been asked, and when it was over, `performance.now()`. */
  readonly dueMs: number
  readonly endedMs: number
  /** From when it was due: who is late because everybody is counts as late. */
  readonly latencyMs: number
  /** Not a number where no body came. */
  readonly firstByteMs: number
}

export interface Asked extends Post {
  readonly prompt: string
  readonly dueMs: number
  readonly patienceMs: number
  /** Reads a stream in the client's dialect; throws when nobody could. */
  readStream(text: string): Seen
}

type Found = Pick<SeenCall, 'end' | 'text' | 'problem'>

/** Makes a call and sees it to its end. Never rejects: whatever happens is an end. */
export async function seeCall(gatewayUrl: string, asked: Asked): Promise<SeenCall> {
  const { prompt, dueMs } = asked
  const call = await openPost(gatewayUrl, asked).catch(() => undefined)
  const { status, attempts, ...found } =
    call === undefined
      ? { ...nothing, ...ended('unreachable', 'nobody listens') }
      : await readCall(call, asked)
  const endedMs = performance.now()
  const firstMs = call?.firstBodyByteMs ?? 0
  return {
    prompt,
    dueMs,
    endedMs,
    status,
    attempts,
    ...found,
    latencyMs: endedMs - dueMs,
    firstByteMs: firstMs === 0 ? Number.NaN : firstMs - dueMs,
  }
}

const nothing = { status: 0, attempts: 0 }

async function readCall(call: OpenCall, asked: Asked): Promise<Found & typeof nothing> {
  let timer: Timer | undefined
  const outOfPatience = new Promise<'hung'>((resolve) => {
    timer = setTimeout(() => resolve('hung'), asked.patienceMs)
  })
  const how = await Promise.race([call.ended, outOfPatience])
  clearTimeout(timer)
  if (how === 'hung') {
    const { body } = call
    call.close()
    return { ...nothing, ...ended('hung', body.slice(-200)) }
  }
  const head = await call.head.catch(() => undefined)
  if (head === undefined) return { ...nothing, ...ended('unreachable', 'closed before an answer') }
  const told = { status: head.status, attempts: Number(head.headers.get('x-sallyport-attempts') ?? 0) }
  if (head.status !== 200) {
    const code = head.headers.get('x-sallyport-error') ?? ''
    const isTold = how === 'whole' && isErrorBody(call.body)
    return { ...told, ...ended(isTold ? 'failed' : 'garbled', `${head.status} ${code}`) }
  }
  return { ...told, ...endOfStream(call.body, how, asked) }
}

function endOfStream(body: string, how: 'whole' | 'cut', { readStream }: Asked): Found {
  let seen: Seen
  try {
    seen = readStream(body)
  } catch (failure) {
    // An official client would fail at the same place.
    return ended('garbled', `${String(failure)}: ${body.slice(-200)}`)
  }
  if (seen.error !== '') return { end: 'told', text: seen.text, problem: seen.error }
  const isWhole = how === 'whole' && seen.isEnded && seen.finish !== ''
  return { end: isWhole ? 'whole' : 'untold', text: seen.text, problem: isWhole ? '' : body.slice(-200) }
}

function ended(end: CallEnd, problem: string): Found {
  return { end, text: '', problem }
}

function isErrorBody(body: string): boolean {
  try {
    const { error } = JSON.parse(body) as Json
    return typeof error === 'object' && error !== null
  } catch {
    return false
  }
}
