// Durations as text. Every call prints some ten of them, and the language's own way finds the shortest fraction that
// means the same number, which takes four times as long. Those below one, which most are, are ready-made.

const belowOne = Array.from({ length: 1000 }, (_, thousandths) => String(thousandths / 1000))
const fractions = belowOne.map((text) => text.slice(1))

/** A number that is not negative, rounded to thousandths: `0.5`, `12.034`, `7`. */
export function inThousandths(value: number): string {
  const thousandths = Math.round(value * 1000)
  if (thousandths < 1000) return belowOne[thousandths] ?? '0'
  const whole = Math.floor(thousandths / 1000)
  return whole + (fractions[thousandths - whole * 1000] ?? '')
}
