// How rates are written in every section of the config that has some: `60/m`, `200k/h burst 50k`.
import * as z from 'zod'
import { list } from './setting-values.ts'

const rateAdvice = 'write a number for a second, minute, hour or day, such as 60/m, 200k/h or 10/s burst 50'
const perMs = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])
const ratePattern = /^(\d{1,12}(?:\.\d{1,3})?[kM]?)\/([smhd])(?: burst (\d{1,12}(?:\.\d{1,3})?[kM]?))?$/
const amountMax = 1_000_000_000_000
const ratesMax = 4

interface WrittenRate {
  readonly amount: number
  readonly perMs: number
  readonly burst?: number
}

const rate = z
  .string({ error: rateAdvice })
  .regex(ratePattern, { error: rateAdvice, abort: true })
  .transform(readRate)
  .refine(({ amount, burst = amount }) => isAmount(amount) && isAmount(burst), { error: rateAdvice })
  .meta({ title: 'rate' })

/** One rate, or several that hold together. */
export function rates() {
  return z
    .union([rate.transform((only): readonly WrittenRate[] => [only]), list(rate, ratesMax)], {
      error: rateAdvice,
    })
    .optional()
}

function readRate(text: string): WrittenRate {
  const [, amount = '', unit = '', burst] = ratePattern.exec(text) ?? []
  const read = { amount: numberOf(amount), perMs: perMs.get(unit) ?? Number.NaN }
  return burst === undefined ? read : { ...read, burst: numberOf(burst) }
}

function numberOf(text: string): number {
  const factors: Readonly<Record<string, number>> = { k: 1_000, M: 1_000_000 }
  return Math.round(Number.parseFloat(text) * (factors[text.slice(-1)] ?? 1))
}

function isAmount(amount: number): boolean {
  return amount >= 1 && amount <= amountMax
}
