// Clients of one key who ask several gateways in turn and go on asking when they are refused, and what each was answered when.
import { openPost } from './open-call.ts'

export interface CrowdOptions {
  readonly gatewayUrls: readonly string[]
  readonly key: string
  readonly model: string
  readonly clients: number
  readonly maxTokens: number
}

export interface CrowdAnswer {
  /** `200`, or the status and the code of a refusal: `429 rate_limited`. */
  readonly words: string
  /** When it was asked, `performance.now()`. */
  readonly askedMs: number
}

export interface Crowd {
  readonly answers: readonly CrowdAnswer[]
  /** Resolves when each has had its last answer. */
  stop(): Promise<void>
}

const refusedPauseMs = 50

/** Begins at once. */
export function startCrowd(options: CrowdOptions): Crowd {
  const { clients, gatewayUrls } = options
  const answers: CrowdAnswer[] = []
  const course = { asked: 0, isOver: false }
  const ask = async (): Promise<void> => {
    while (!course.isOver) {
      const gatewayUrl = gatewayUrls[course.asked++ % gatewayUrls.length] ?? ''
      const askedMs = performance.now()
      const words = await answerOf(gatewayUrl, options)
      answers.push({ words, askedMs })
      if (words !== '200') await Bun.sleep(refusedPauseMs)
    }
  }
  const all = Promise.all(Array.from({ length: clients }, ask))
  return {
    answers,
    stop: async () => {
      course.isOver = true
      await all
    },
  }
}

/** How many of these were let in. */
export function grantedIn(answers: readonly CrowdAnswer[], fromMs = 0, untilMs = Infinity): number {
  return answers.filter(({ words, askedMs }) => words === '200' && askedMs >= fromMs && askedMs < untilMs)
    .length
}

async function answerOf(gatewayUrl: string, { key, model, maxTokens }: CrowdOptions): Promise<string> {
  const call = await openPost(gatewayUrl, {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}` },
    body: { model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: maxTokens },
  }).catch(() => undefined)
  const head = await call?.head.catch(() => undefined)
  if (call === undefined || head === undefined) return 'unreachable'
  const end = await call.ended
  if (head.status === 200) return end === 'whole' ? '200' : 'cut'
  return `${head.status} ${head.headers.get('x-sallyport-error') ?? ''}`
}
