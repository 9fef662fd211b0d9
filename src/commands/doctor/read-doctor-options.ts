// What `doctor` was told, read strictly: whom to examine, how thoroughly, and what may be left behind.
import type { CommonOptions } from '../options.ts'
import { allChecks } from './examine.ts'

export interface DoctorOptions extends CommonOptions {
  readonly url?: string
  readonly model?: string
  readonly apiKey?: string
  readonly json?: boolean
  readonly write?: boolean
  readonly wrongKey?: boolean
  readonly timeout?: string
  readonly calls?: string
  readonly only?: string
  readonly gatewaySuite?: boolean
  readonly providerPort?: string
  readonly wait?: string
}

export interface DoctorWishes {
  readonly timeoutMs: number
  /** How often the streamed question is asked. */
  readonly times: number
  readonly checks: ReadonlySet<string>
}

const timeoutMaxMs = 3_600_000
const timesMax = 100
const msPerUnit: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
])

/** Throws an Error that says what is wrong with the options. */
export function readDoctorWishes({ timeout = '60s', calls = '3', only }: DoctorOptions): DoctorWishes {
  const times = /^\d{1,3}$/.test(calls) ? Number(calls) : 0
  if (times < 1 || times > timesMax)
    throw new Error(`--calls takes a number from 1 to ${timesMax}, not "${calls}".`)
  return { timeoutMs: readWait('--timeout', timeout), times, checks: readChecks(only) }
}

/** A time that something may take. */
export function readWait(option: string, text: string): number {
  const match = /^(\d{1,5})(ms|s|m)$/.exec(text)
  const timeMs = Number(match?.[1]) * (msPerUnit.get(match?.[2] ?? '') ?? Number.NaN)
  if (!(timeMs > 0 && timeMs <= timeoutMaxMs)) {
    throw new Error(`${option} takes a time such as 30s or 2m, up to 1h, not "${text}".`)
  }
  return timeMs
}

function readChecks(only: string | undefined): ReadonlySet<string> {
  if (only === undefined) return new Set(allChecks)
  const names = only.split(',').map((name) => name.trim())
  for (const name of names) {
    if (!allChecks.includes(name)) {
      throw new Error(`There is no check "${name}". There are ${allChecks.join(', ')}.`)
    }
  }
  return new Set(names)
}
