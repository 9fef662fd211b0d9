// Fits a logistic regression by plain gradient descent: no randomness, so the same rows give the same weights; and says
// how good scores are.

export interface Row {
  readonly values: readonly number[]
  readonly hard: boolean
}

export interface Fit {
  readonly bias: number
  readonly weights: readonly number[]
}

const steps = 3_000
const stepSize = 1
/** Keeps weights small where the rows do not speak against it. */
const shrinkage = 0.004

export function fitRows(rows: readonly Row[]): Fit {
  const width = rows[0]?.values.length ?? 0
  const weights = Array<number>(width).fill(0)
  let bias = 0
  for (let step = 0; step < steps; step++) {
    const slope = Array<number>(width).fill(0)
    let biasSlope = 0
    for (const { values, hard } of rows) {
      const miss = sigmoid(sumOf({ bias, weights }, values)) - (hard ? 1 : 0)
      biasSlope += miss
      for (let at = 0; at < width; at++) slope[at] = (slope[at] ?? 0) + miss * (values[at] ?? 0)
    }
    bias -= (stepSize * biasSlope) / rows.length
    for (let at = 0; at < width; at++) {
      const weight = weights[at] ?? 0
      weights[at] = weight - stepSize * ((slope[at] ?? 0) / rows.length + shrinkage * weight)
    }
  }
  return { bias, weights }
}

function sumOf({ bias, weights }: Fit, values: readonly number[]): number {
  let sum = bias
  for (let at = 0; at < values.length; at++) sum += (values[at] ?? 0) * (weights[at] ?? 0)
  return sum
}

function sigmoid(sum: number): number {
  return 1 / (1 + Math.exp(-sum))
}

export interface Scored {
  readonly score: number
  readonly hard: boolean
}

/** The share that is on the right side of a threshold. */
export function accuracy(scored: readonly Scored[], threshold: number): number {
  return scored.filter(({ score, hard }) => score >= threshold === hard).length / scored.length
}

/** How often a hard one scores above an easy one; ties count half. */
export function areaUnderCurve(scored: readonly Scored[]): number {
  const hard = scored.filter((one) => one.hard)
  const easy = scored.filter((one) => !one.hard)
  let above = 0
  for (const one of hard) {
    for (const other of easy) above += one.score > other.score ? 1 : one.score === other.score ? 0.5 : 0
  }
  return above / (hard.length * easy.length)
}
