// Service tiers. Ours are spelled as OpenAI spells them; this API asks with two words and reports with three others.
const asked: ReadonlyMap<string, string> = new Map([['standard_only', 'default']])
const asking: ReadonlyMap<string, string> = new Map([
  ['auto', 'auto'],
  ['priority', 'auto'],
  ['default', 'standard_only'],
  ['standard', 'standard_only'],
  ['standard_only', 'standard_only'],
])
const reported: ReadonlyMap<string, string> = new Map([['standard', 'default']])
const reporting: ReadonlyMap<string, string> = new Map([
  ['default', 'standard'],
  ['standard', 'standard'],
  ['priority', 'priority'],
  ['batch', 'batch'],
])

/** A client's wish in our words. */
export function readServiceTier(tier: string | undefined): string | undefined {
  return tier === undefined ? undefined : (asked.get(tier) ?? tier)
}

/** Our word as this API asks for it; undefined when it has no such tier. */
export function writeServiceTier(tier: string): string | undefined {
  return asking.get(tier)
}

/** The tier that an answer reports, in our words. */
export function readReportedTier(tier: unknown): string | undefined {
  return typeof tier === 'string' ? (reported.get(tier) ?? tier) : undefined
}

/** The tier as an answer of this API reports it; null when it has no such tier. */
export function writeReportedTier(tier: string | undefined): string | null {
  return tier === undefined ? null : (reporting.get(tier) ?? null)
}
