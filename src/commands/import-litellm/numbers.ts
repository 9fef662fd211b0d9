// Numbers as LiteLLM writes them, within the bounds that our settings have. What is over them is the nearest that can be
// set, and that is said.
import type { SettingPath } from '../../config/problem.ts'
import { numberOf } from './source.ts'
import type { Source } from './source.ts'

/** A number and where it stands. */
export interface WrittenNumber {
  readonly value: unknown
  readonly path: SettingPath
}

/** A whole number from 1 to `max`; undefined, with a note, when there is none. */
export function countFor({ value, path }: WrittenNumber, max: number, source: Source): number | undefined {
  const number = numberOf(value, path, source)
  if (number === undefined || number < 1) {
    return source.notes.lost(path, 'is no number from 1 on')
  }
  const bounded = Math.min(max, Math.floor(number))
  if (bounded !== number) source.notes.changed(path, `becomes ${bounded}, the nearest that can be set`)
  return bounded
}

/** A number from 0 to `max`, to the sixth decimal; undefined, with a note, when there is none. */
export function amountFor({ value, path }: WrittenNumber, max: number, source: Source): number | undefined {
  const number = numberOf(value, path, source)
  if (number === undefined || number < 0) {
    return source.notes.lost(path, 'is no number from 0 on')
  }
  const bounded = Math.min(max, number)
  if (bounded !== number) source.notes.changed(path, `becomes ${bounded}, the nearest that can be set`)
  return Math.round(bounded * 1e6) / 1e6
}
