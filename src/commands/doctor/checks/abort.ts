// What happens when a client leaves in the middle of an answer. Only our own side of it can be seen: that the connection
// closes, and that the deployment takes the next call. What the provider bills for the rest is its secret.
import type { Exam } from '../exam.ts'
import { isAnswer, troubleOf } from '../exam.ts'
import { finding } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { isContent } from './streamed-runs.ts'

const slowCloseMs = 1_000

export async function abort(exam: Exam): Promise<readonly Finding[]> {
  const question = 'Write the numbers from 1 to 300 in English words.'
  const heard = await exam.ask(question, { stream: true, maxTokens: 600 }, isContent)
  if (heard.ended !== 'left') {
    const why = isAnswer(heard) ? 'it had answered whole' : troubleOf(heard, exam.patient)
    return [finding('abort', 'unknown', [`There was nothing to leave: ${why}.`])]
  }
  const next = await exam.ask('Say hello.', { maxTokens: 1_000 })
  const { closedMs } = heard
  const figures = {
    closed_ms: closedMs === undefined ? undefined : Math.round(closedMs),
    next_status: next.status,
  }
  if (closedMs === undefined)
    return [finding('abort', 'fails', ['Its connection did not close when we left.', figures])]
  if (!isAnswer(next)) {
    const sentence = `After a client has left, the next call fails: ${troubleOf(next, exam.patient)}.`
    return [finding('abort', 'fails', [sentence, figures])]
  }
  const closed = `When a client leaves, its connection is closed after ${Math.round(closedMs)} ms`
  const sentence = `${closed}, seen from here; what is billed for the rest cannot be seen.`
  return [finding('abort', closedMs > slowCloseMs ? 'weak' : 'ok', [sentence, figures])]
}
