// Where a call may be handled: what somebody demands of a place, and whether a place is so. A place of which it is not
// known satisfies no demand, because a prompt that has gone somewhere does not come back.

/** What is known of a place, in the operator's words. */
export interface Residence {
  readonly region: string | undefined
  /** What kind of place it is, such as `self-hosted`. */
  readonly dataClass: string | undefined
}

/** Any of these regions, and any of these classes. What is left out is not demanded; an empty list is met by nobody. */
export interface Residency {
  readonly regions?: readonly string[] | undefined
  readonly classes?: readonly string[] | undefined
}

/** A residency, and who wants it. */
export interface Demand {
  /** In words that a client may read: `the model`, `the key`. */
  readonly by: string
  readonly residency: Residency
}

/** Most calls may go anywhere, and share one list. */
export const noDemands: readonly Demand[] = []

/** All demands of both. */
export function demandsTogether(some: readonly Demand[], others: readonly Demand[]): readonly Demand[] {
  if (others.length === 0) return some
  return some.length === 0 ? others : [...some, ...others]
}

/** Whether a place is all that is demanded. */
export function meets({ region, dataClass }: Residence, demands: readonly Demand[]): boolean {
  return demands.every(
    ({ residency: { regions, classes } }) => isOneOf(region, regions) && isOneOf(dataClass, classes),
  )
}

function isOneOf(word: string | undefined, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || (word !== undefined && allowed.includes(word))
}

/** `the region eu`, `the region eu or ch and the class self-hosted`. */
export function residencyText({ regions, classes }: Residency): string {
  return [
    ...(regions === undefined ? [] : [`the region ${orText(regions)}`]),
    ...(classes === undefined ? [] : [`the class ${orText(classes)}`]),
  ].join(' and ')
}

/** `the model demands the region eu; the key demands the class self-hosted`. */
export function demandsText(demands: readonly Demand[]): string {
  return demands.map(({ by, residency }) => `${by} demands ${residencyText(residency)}`).join('; ')
}

/** `eu (self-hosted)`, `us`, `no known region`. */
export function residenceText({ region, dataClass }: Residence): string {
  return `${region ?? 'no known region'}${dataClass === undefined ? '' : ` (${dataClass})`}`
}

function orText(words: readonly string[]): string {
  return words.length === 0 ? 'of nobody' : words.join(' or ')
}
