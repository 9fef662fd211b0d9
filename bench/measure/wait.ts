// Waiting for a started subject to answer its first call, and free ports for it to listen on.
import { callOnce } from '../load/connection.ts'
import { callBody, postBytes } from '../load/wire.ts'
import type { StartedSubject } from '../subjects/subject.ts'

const giveUpAfterMs = 20_000
const oneCallTimeoutMs = 3000

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}

/** The bytes of the benchmark's whole-answer call to a subject. */
export function callRequest(subject: StartedSubject): string {
  return postBytes(subject.path, subject.headers, callBody(subject.model))
}

/** Calls again and again, a millisecond apart, until a call is answered 200. */
export async function untilAnswering(subject: StartedSubject): Promise<void> {
  const request = callRequest(subject)
  const startedAt = performance.now()
  let last = 'no answer'
  while (performance.now() - startedAt < giveUpAfterMs) {
    const failure = subject.failure()
    if (failure !== undefined) throw new Error(failure)
    try {
      const answer = await Promise.race([callOnce(subject.port, request), lateAnswer()])
      if (answer.status === 200) return
      last = `${answer.status} ${answer.body.slice(0, 300)}`
    } catch (failed) {
      last = String(failed)
    }
    await Bun.sleep(1)
  }
  throw new Error(`no call was answered 200 within ${giveUpAfterMs / 1000} s; the last try: ${last}`)
}

async function lateAnswer(): Promise<never> {
  await Bun.sleep(oneCallTimeoutMs)
  throw new Error(`a call had no answer within ${oneCallTimeoutMs / 1000} s`)
}
