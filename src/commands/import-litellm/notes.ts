// What an operator is told of an import, each with its place in the file. No note holds a value that may be secret.
import { formatPath } from '../../config/problem.ts'
import type { SettingPath } from '../../config/problem.ts'

export interface Note {
  /** `lost`: not carried. `changed`: carried, in another form or with another meaning. */
  readonly kind: 'lost' | 'changed'
  /** The way to what is meant, and the same in writing: `model_list[0].litellm_params.rpm`. */
  readonly at: SettingPath
  readonly path: string
  readonly message: string
}

export class Notes {
  readonly #notes: Note[] = []

  /** Gives undefined, which is what a reader has when something is lost. */
  lost(path: SettingPath, message: string): undefined {
    this.#notes.push({ kind: 'lost', at: path, path: formatPath(path), message })
  }

  changed(path: SettingPath, message: string): void {
    this.#notes.push({ kind: 'changed', at: path, path: formatPath(path), message })
  }

  all(): readonly Note[] {
    return this.#notes
  }
}
