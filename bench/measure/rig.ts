// The stand everything is measured on: one mock provider, and the subjects started, checked and warm. A measurement
// gets it as a whole and gives it back as a whole, so that no process outlives its measurement.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callOnce } from '../load/connection.ts'
import { stopCheckingPath } from '../load/mock-provider.ts'
import type { StartedSubject, Subject, SubjectName, SubjectPlace } from '../subjects/subject.ts'
import { loadCore, startChild } from './children.ts'
import type { Child } from './children.ts'
import { checkSubject } from './functional-check.ts'
import { freePort, untilAnswering } from './wait.ts'

/** The key the mock provider wants, which a gateway must not confuse with its callers' keys. */
export const providerKey = 'mock-provider-key'

const folders = new Set<string>()

/** A subject on the stand. */
export type Entrant = { readonly name: SubjectName; readonly subject: StartedSubject }

/** The stand. */
export type Rig = {
  readonly provider: Child
  readonly providerPort: number
  readonly entrants: readonly Entrant[]
}

/** Runs a measurement with a mock provider and all subjects running, and stops both whatever happens. */
export async function withRig<T>(
  subjects: readonly Subject[],
  purpose: SubjectPlace['purpose'],
  measure: (rig: Rig) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const provider = await startProvider(folder)
    const entrants: Entrant[] = []
    try {
      for (const subject of subjects) {
        const place = { folder: subFolder(folder, subject.name), port: freePort(), purpose, providerKey }
        const started = subject.start({ ...place, providerPort: provider.port })
        entrants.push({ name: subject.name, subject: started })
        await untilAnswering(started)
        await checkSubject(subject.name, started)
      }
      await callOnce(provider.port, `GET ${stopCheckingPath} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)
      return await measure({ provider: provider.child, providerPort: provider.port, entrants })
    } finally {
      await Promise.all(entrants.map(({ subject }) => subject.stop()))
      await provider.child.stop()
    }
  })
}

/** The processes whose CPU time is an entrant's; for `direct` the mock provider's, which is what is then at work. */
export function payers({ subject }: Entrant, rig: Rig): readonly number[] {
  const own = subject.processes()
  return own.length > 0 ? own : [rig.provider.pid]
}

/** Starts the mock provider in a process of its own, on the load's core. */
export async function startProvider(
  folder: string,
): Promise<{ readonly child: Child; readonly port: number }> {
  const port = freePort()
  const script = join(import.meta.dirname, '../load/mock-provider-process.ts')
  const child = startChild({
    command: [process.execPath, '--no-env-file', script, String(port), providerKey],
    cores: `${loadCore}`,
    folder,
    logFile: join(folder, 'mock-provider.log'),
  })
  for (;;) {
    if (child.hasExited()) throw new Error(`the mock provider ended:\n${child.lastWords()}`)
    const ready = await callOnce(port, 'GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n').catch(
      () => undefined,
    )
    if (ready?.status === 200) return { child, port }
    await Bun.sleep(5)
  }
}

/** A temporary folder for as long as the work takes. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  folders.add(folder)
  try {
    return await work(folder)
  } finally {
    folders.delete(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Removes the temporary folders of measurements that were broken off. */
export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

/** A folder inside a folder. */
export function subFolder(folder: string, name: string): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  return path
}
