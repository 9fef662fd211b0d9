// Seconds, as LiteLLM writes times, as durations within the bounds that our settings have.
import type { SettingPath } from '../../config/problem.ts'
import { isNothing, numberOf } from './source.ts'
import type { Source } from './source.ts'

const timeoutMinSeconds = 0.1
const timeoutMaxSeconds = 3_600

/** A number of seconds as a setting between 100ms and 1h; undefined when there is none. */
export function durationFor(value: unknown, path: SettingPath, source: Source): string | undefined {
  if (isNothing(value)) return undefined
  const seconds = numberOf(value, path, source)
  if (seconds === undefined) {
    source.notes.lost(path, 'is no number of seconds')
    return undefined
  }
  const bounded = Math.min(timeoutMaxSeconds, Math.max(timeoutMinSeconds, seconds))
  if (bounded !== seconds)
    source.notes.changed(path, `becomes ${durationText(bounded)}, the nearest that can be set`)
  return durationText(bounded)
}

/** `30s`, `1.5s`, `10m`. */
export function durationText(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`
  if (seconds % 60 === 0) return `${seconds / 60}m`
  return `${Math.round(seconds * 1_000) / 1_000}s`
}
