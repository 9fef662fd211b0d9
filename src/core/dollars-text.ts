// Money as people and programs read it: dollars in decimal digits, exact to the nano-dollar, never with an exponent.

const nanoPerDollar = 1_000_000_000
const decimals = 9

/** `0.000012345`, `12`, `-0.5`. */
export function dollarsText(nanoDollars: number): string {
  const size = Math.abs(nanoDollars)
  const dollars = Math.floor(size / nanoPerDollar)
  let rest = size - dollars * nanoPerDollar
  let digits = rest === 0 ? 0 : decimals
  // A pattern that looks for the zeros at the end costs more than all else on the path of a call.
  while (digits > 0 && rest % 10 === 0) {
    rest /= 10
    digits -= 1
  }
  const fraction = digits === 0 ? '' : `.${String(rest).padStart(digits, '0')}`
  return `${nanoDollars < 0 ? '-' : ''}${dollars}${fraction}`
}
