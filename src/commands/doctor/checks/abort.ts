// What happens when a client leaves in the middle of an answer. We close the connection at once; what the provider then
// does cannot be seen from here. But one that writes on although nobody listens may keep the next call waiting.
import type { Exam } from '../exam.ts'
import { isAnswer, troubleOf } from '../exam.ts'
import { finding } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { firstTokenOf, isContent } from './streamed-runs.ts'

/** So much later than usual is no chance. */
const lateTimes = 4
const lateMs = 1_000

/** `abort`. */
export async function abort(exam: Exam): Promise<readonly Finding[]> {
  const question = 'Write the numbers from 1 to 300 in English words.'
  const heard = await exam.ask(question, { stream: true, maxTokens: 600 }, isContent)
  if (heard.ended !== 'left') {
    const why = isAnswer(heard) ? 'it had answered whole' : troubleOf(heard, exam.patient)
    return [finding('abort', 'unknown', [`There was nothing to leave: ${why}.`])]
  }
  const next = await exam.ask('Say hello.', { stream: true, maxTokens: 1_000 })
  if (!isAnswer(next)) {
    const sentence = `After a client has left, the next call fails: ${troubleOf(next, exam.patient)}.`
    return [finding('abort', 'fails', [sentence, { next_status: next.status }])]
  }
  const [usual, waited] = [exam.firstTokenMs, firstTokenOf(next)]
  const figures = { next_first_token_ms: rounded(waited), usual_first_token_ms: rounded(usual) }
  if (usual !== undefined && waited !== undefined && waited > Math.max(lateTimes * usual, usual + lateMs)) {
    const sentence = `After a client has left, the next call waits ${rounded(waited)} ms: it may be writing on.`
    return [finding('abort', 'weak', [sentence, figures])]
  }
  const sentence =
    'After a client has left, the next call is answered as usual; what is written and billed on cannot be seen.'
  return [finding('abort', 'ok', [sentence, figures])]
}

function rounded(timeMs: number | undefined): number | undefined {
  return timeMs === undefined ? undefined : Math.round(timeMs)
}
