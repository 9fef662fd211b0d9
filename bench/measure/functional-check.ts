// Nothing is measured before it is known to work: the right answer, the right stream, the right key on the way to the
// provider (the mock refuses any other while this runs), and no answer for a caller without a key where keys are kept.
import { callOnce } from '../load/connection.ts'
import { openStreams } from '../load/stream-client.ts'
import { answerBody, callBody, postBytes } from '../load/wire.ts'
import type { StartedSubject, SubjectName } from '../subjects/subject.ts'
import { callRequest } from './wait.ts'

/** Throws a sentence for the first thing that is not as it must be. */
export async function checkSubject(name: SubjectName, subject: StartedSubject): Promise<void> {
  const answer = await callOnce(subject.port, callRequest(subject))
  if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${answer.body}`)
  if (contentOf(answer.body) !== contentOf(answerBody))
    throw new Error(`${name} changed the answer: ${answer.body}`)

  const streams = openStreams({ ...subject, streams: 4, events: 20, eventsPerSecond: 200, timeoutMs: 5000 })
  await streams.allEnded
  streams.close()
  const [fault] = streams.faults()
  if (fault !== undefined) throw new Error(`${name}: ${fault}`)

  const { authorization: _left, ...keyless } = subject.headers
  const refused = await callOnce(subject.port, postBytes(subject.path, keyless, callBody(subject.model)))
  if (refused.status !== 401) throw new Error(`${name} answered ${refused.status} to a call without a key`)
}

function contentOf(body: string): string {
  const { choices, usage } = JSON.parse(body) as { choices?: unknown; usage?: unknown }
  return JSON.stringify({ choices, usage })
}
