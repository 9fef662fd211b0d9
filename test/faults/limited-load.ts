// Clients that never stop asking, however often they are refused, in kinds: whole answers, streams with and without a
// bound, and streams that are left in the middle. They outlive the process that they ask.
import { openPost } from './open-call.ts'
import type { OpenCall } from './open-call.ts'

/** Clients of one key, that ask one model. */
export interface Crowd {
  readonly name: string
  readonly key: string
  readonly clients: number
  /** Whether some ask for streams that may get as long as they like. */
  readonly asksUnbounded: boolean
}

/** What became of their calls. */
export interface Answers {
  granted: number
  /** By status and code: `429 rate_limited`. */
  readonly refused: Map<string, number>
  /** Nobody was there, or was gone before the end. */
  lost: number
}

export interface LimitedLoad {
  readonly answers: ReadonlyMap<string, Answers>
  /** Resolves when the last has had its answer. */
  stop(): Promise<void>
}

/** So many tokens their answers have, and are asked to have at the most. */
export const answerTokens = 12
const refusedPauseMs = 150
const lostPauseMs = 20

/** Begins at once. `gatewayUrl` is asked for each call anew. */
export function startLimitedLoad(crowds: readonly Crowd[], gatewayUrl: () => string): LimitedLoad {
  const course = { isOver: false }
  const answers = new Map<string, Answers>()
  const ask = async (crowd: Crowd, client: number): Promise<void> => {
    const own = answers.get(crowd.name)!
    while (!course.isOver) await Bun.sleep(await askOnce(gatewayUrl(), { crowd, client, answers: own }))
  }
  for (const { name } of crowds) answers.set(name, { granted: 0, refused: new Map(), lost: 0 })
  const all = crowds.flatMap((crowd) =>
    Array.from({ length: crowd.clients }, (_, client) => ask(crowd, client)),
  )
  return {
    answers,
    stop: async () => {
      course.isOver = true
      await Promise.all(all)
    },
  }
}

interface Asking {
  readonly crowd: Crowd
  readonly client: number
  readonly answers: Answers
}

/** Resolves with how long to wait before the next. */
async function askOnce(gatewayUrl: string, { crowd, client, answers }: Asking): Promise<number> {
  const kind = client % 4
  const bound = crowd.asksUnbounded && kind === 1 ? {} : { max_tokens: answerTokens }
  const messages = [{ role: 'user', content: `Client ${client} of ${crowd.name} asks` }]
  const call = await openPost(gatewayUrl, {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${crowd.key}` },
    body: { model: crowd.name, messages, stream: kind !== 0, ...bound },
  }).catch(() => undefined)
  const head = await call?.head.catch(() => undefined)
  if (call === undefined || head === undefined) {
    answers.lost += 1
    return lostPauseMs
  }
  if (head.status !== 200) {
    await call.ended
    const words = `${head.status} ${head.headers.get('x-sallyport-error') ?? ''}`
    answers.refused.set(words, (answers.refused.get(words) ?? 0) + 1)
    return refusedPauseMs
  }
  const isWhole = await readOrLeave(call, kind === 3)
  if (isWhole) answers.granted += 1
  else answers.lost += 1
  return 0
}

async function readOrLeave(call: OpenCall, isLeft: boolean): Promise<boolean> {
  if (!isLeft) return (await call.ended) === 'whole'
  const hasBegun = await call.received('data:').then(
    () => true,
    () => false,
  )
  call.close()
  return hasBegun
}
