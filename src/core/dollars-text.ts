// Money as people and programs read it: dollars in decimal digits, exact to the nano-dollar, never with an exponent.

const nanoPerDollar = 1_000_000_000
const decimals = 9

/** `0.000012345`, `12`, `-0.5`. */
export function dollarsText(nanoDollars: number): string {
  const size = Math.abs(nanoDollars)
  const dollars = Math.floor(size / nanoPerDollar)
  const rest = String(size - dollars * nanoPerDollar).padStart(decimals, '0')
  const fraction = rest.replace(/0+$/, '')
  return `${nanoDollars < 0 ? '-' : ''}${dollars}${fraction === '' ? '' : `.${fraction}`}`
}
