// One decision in the life of a call, for whoever wants to know why it went as it did.

export interface CallStep {
  /** Milliseconds since the call came in. */
  readonly atMs: number
  /** A word for what was done: `chosen`, `failed`, `failover`. */
  readonly what: string
  /** `provider/model`, where it is about one. */
  readonly deployment?: string
  /** Why, in a few words. */
  readonly why?: string
}

const compactCharsMax = 1_000

/** The steps in one line of printable ASCII of at most about a kilobyte, for a header. */
export function compactSteps(steps: readonly CallStep[]): string {
  let text = ''
  for (const [index, step] of steps.entries()) {
    const next = `${index === 0 ? '' : '; '}${compactStep(step)}`
    if (text.length + next.length > compactCharsMax) return `${text}; +${steps.length - index} more`
    text += next
  }
  return text
}

function compactStep({ atMs, what, deployment, why }: CallStep): string {
  const whom = deployment === undefined ? '' : ` ${deployment}`
  const reason = why === undefined ? '' : ` (${why})`
  return plainText(`${Math.round(atMs)} ${what}${whom}${reason}`)
}

/** A semicolon stands between steps, so none may stand in one. */
function plainText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '?')
    .replaceAll(';', ',')
    .slice(0, 240)
}
