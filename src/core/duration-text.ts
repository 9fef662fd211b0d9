// Durations as text. Every call prints some ten of them, and the language's own way finds the shortest fraction that
// means the same number, which takes four times as long.

const fractions = Array.from({ length: 1000 }, (_, thousandths) =>
  thousandths === 0 ? '' : `.${String(thousandths).padStart(3, '0').replace(/0+$/, '')}`,
)

/** A number that is not negative, rounded to thousandths: `0.5`, `12.034`, `7`. */
export function inThousandths(value: number): string {
  const thousandths = Math.round(value * 1000)
  const whole = Math.floor(thousandths / 1000)
  return `${whole}${fractions[thousandths - whole * 1000] ?? ''}`
}
