// From the start of the process to its first answered call. The process is what `npm start` ends in: npm itself and
// set-up are not part of it. The data folder is there from an earlier start, as it is on every start but one.
import type { Subject } from '../subjects/subject.ts'
import { freePort, untilAnswering } from './wait.ts'
import { providerKey, startProvider, subFolder, withFolder } from './rig.ts'
import { inRounds } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'

/** Starts each subject once a round, after one start that does not count. */
export function measureFirstAnswer(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<'firstAnswerMs'>> {
  return withFolder(async (folder) => {
    const provider = await startProvider(folder)
    try {
      const startOnce = (subject: Subject) =>
        timeToAnswer(subject, subFolder(folder, subject.name), provider.port)
      for (const subject of subjects) await startOnce(subject)
      return await inRounds(effort.rounds, subjects, async (subject) => ({
        firstAnswerMs: await startOnce(subject),
      }))
    } finally {
      await provider.child.stop()
    }
  })
}

async function timeToAnswer(subject: Subject, folder: string, providerPort: number): Promise<number> {
  const place = { folder, port: freePort(), providerPort, providerKey, purpose: 'calls' as const }
  const startedAt = performance.now()
  const started = subject.start(place)
  try {
    await untilAnswering(started)
    return performance.now() - startedAt
  } finally {
    await started.stop()
  }
}
