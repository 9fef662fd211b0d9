// What deployments report as their models, in a small file of the data directory. To lose it costs a piece of knowledge,
// never a call: what cannot be read counts as not there, and what cannot be written is said and tried again later.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { failureText } from '../core/failure-text.ts'
import type { ReportedModelsStore } from '../routing/life/reported-models.ts'

/** `onProblem` is told what went wrong, in words. */
export function reportedModelsFile(
  directory: string,
  onProblem: (problem: string) => void,
): ReportedModelsStore {
  const path = join(directory, 'reported-models.json')
  return {
    read: () => {
      try {
        return JSON.parse(readFileSync(path, 'utf8'))
      } catch (failure) {
        if (!isMissing(failure))
          onProblem(`${path} cannot be read, and is begun anew: ${failureText(failure)}`)
        return undefined
      }
    },
    write: (models) => {
      const unfinished = `${path}.${crypto.randomUUID()}`
      try {
        writeFileSync(unfinished, `${JSON.stringify(models, undefined, 1)}\n`, { mode: 0o600 })
        renameSync(unfinished, path)
        return true
      } catch (failure) {
        rmSync(unfinished, { force: true })
        onProblem(`${path} cannot be written: ${failureText(failure)}`)
        return false
      }
    },
  }
}

function isMissing(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'ENOENT'
}
