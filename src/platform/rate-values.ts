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
  .meta({ title: 'rate' })

/** One rate, or several that hold together. */
export function rates() {
  return z
    .union([rate.transform((only): readonly WrittenRate[] => [only]), list(rate, ratesMax)], {
      error: rateAdvice,
    })
    .superRefine((written, context) => {
      // Not at each of them: what is wrong with one kind of a union is not told.
      const message = written.map(problemOf).find((problem) => problem !== undefined)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .optional()
}

function readRate(text: string): WrittenRate {
  const [, amount = '', unit = '', burst] = ratePattern.exec(text) ?? []
  const read = { amount: numberOf(amount), perMs: perMs.get(unit) ?? Number.NaN }
  return burst === undefined ? read : { ...read, burst: numberOf(burst) }
}

/** Half a request never comes, and a rate that was rounded would be another one. */
function problemOf(written: WrittenRate): string | undefined {
  const { amount, burst = amount } = written
  if (!Number.isInteger(amount)) return wholeAdvice(written)
  if (!Number.isInteger(burst)) return 'write a whole number as its burst'
  return isAmount(amount) && isAmount(burst) ? undefined : rateAdvice
}

/** The same in the next unit in which it is whole, if there is one, with no more at once than before. */
function wholeAdvice({ amount, perMs: ownMs, burst = amount }: WrittenRate): string {
  for (const [unit, longerMs] of perMs) {
    // Three digits after the point are all that can be written.
    const inLonger = (Math.round(amount * 1_000) * (longerMs / ownMs)) / 1_000
    if (longerMs > ownMs && Number.isInteger(inLonger)) {
      return `write a whole number, here ${inLonger}/${unit} burst ${Math.ceil(burst)}`
    }
  }
  return 'write a whole number for a second, minute, hour or day'
}

/** Exactly what was written: `1.5k` is 1500, `0.5` a half. */
function numberOf(text: string): number {
  const factors: Readonly<Record<string, number>> = { k: 1_000, M: 1_000_000 }
  const factor = factors[text.slice(-1)] ?? 1
  const thousandths = Math.round(Number.parseFloat(text) * 1_000)
  return (thousandths * factor) / 1_000
}

function isAmount(amount: number): boolean {
  return amount >= 1 && amount <= amountMax
}
