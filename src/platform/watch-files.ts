// Tells when files change, however they are changed: written in place, replaced by a rename, or reached through a
// link that now leads elsewhere (as Kubernetes swaps a ConfigMap). The system's notices are quick but not to be
// relied on (network disks, containers, used-up limits), so a look every two seconds has the last word.
import { statSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Timer } from '../core/clock.ts'

const lookEveryMs = 2_000
/** An editor or a deployment changes a file in several steps; they are one change. */
const settleMs = 100

export interface FileWatch {
  /** Watches these in place of the files so far: a config that was loaded anew may name others. */
  watch(paths: readonly string[]): void
  close(): void
}

/** Calls `onChange` after the last step of each change. A file that comes or goes has changed, too. */
export function watchFiles(paths: readonly string[], onChange: () => void, clock: Clock): FileWatch {
  const watching = new Watching(onChange, clock)
  watching.watch(paths)
  return watching
}

class Watching implements FileWatch {
  readonly #onChange: () => void
  readonly #clock: Clock
  #paths: readonly string[] = []
  #watchers: readonly FSWatcher[] = []
  /** The states that were reported last, by path. */
  #reported: States = new Map()
  #look: Timer
  #settle: Timer | undefined
  #closed = false

  constructor(onChange: () => void, clock: Clock) {
    this.#onChange = onChange
    this.#clock = clock
    this.#look = clock.after(lookEveryMs, () => this.#lookAgain())
  }

  watch(paths: readonly string[]): void {
    if (this.#closed) return
    this.#closeWatchers()
    this.#paths = [...new Set(paths)]
    // A change while a file was being read must not be taken for the state that was read: what was known stays.
    this.#reported = new Map(this.#paths.map((path) => [path, this.#reported.get(path) ?? stateOf(path)]))
    this.#watchers = [...new Set(this.#paths.map((path) => dirname(path)))].flatMap((folder) =>
      this.#open(folder),
    )
    this.#noticed()
  }

  close(): void {
    this.#closed = true
    this.#look.cancel()
    this.#settle?.cancel()
    this.#closeWatchers()
  }

  /** The folder and not the file: a file that is replaced takes its watcher away with it. */
  #open(folder: string): readonly FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#noticed())
      // The regular look goes on without it.
      watcher.on('error', () => watcher.close())
      return [watcher]
    } catch {
      return []
    }
  }

  #closeWatchers(): void {
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers = []
  }

  #lookAgain(): void {
    this.#noticed()
    this.#look = this.#clock.after(lookEveryMs, () => this.#lookAgain())
  }

  /** Other files of the folder make noise here, too; it must neither be reported nor put off what is. */
  #noticed(): void {
    if (this.#closed || this.#settle !== undefined) return
    const before = this.#states()
    if (!areAlike(before, this.#reported))
      this.#settle = this.#clock.after(settleMs, () => this.#settled(before))
  }

  #settled(before: States): void {
    this.#settle = undefined
    const now = this.#states()
    if (!areAlike(now, before)) return this.#noticed()
    this.#reported = now
    this.#onChange()
  }

  #states(): States {
    return new Map(this.#paths.map((path) => [path, stateOf(path)]))
  }
}

type States = ReadonlyMap<string, string>

function areAlike(states: States, others: States): boolean {
  return states.size === others.size && [...states].every(([path, state]) => others.get(path) === state)
}

/** Changes whenever the file's content may have changed; links are followed. */
function stateOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    return 'away'
  }
}
