// When a delivery that failed is tried again: ten tries in three days, as Standard Webhooks proposes, each wait a tenth
// shorter or longer so that what failed together does not come back together.

const [s, m, h] = [1_000, 60_000, 3_600_000]
const waitsMs: readonly number[] = [5 * s, 5 * m, 30 * m, 2 * h, 5 * h, 10 * h, 14 * h, 20 * h, 24 * h]

const retryAfterMsMax = h

/** How long to wait after so many tries; undefined when there were enough. `random`: 0 to 1, 1 excluded. */
export function waitAfter(
  attempts: number,
  { random, retryAfterMs = 0 }: { readonly random: number; readonly retryAfterMs?: number | undefined },
): number | undefined {
  const waitMs = waitsMs[attempts - 1]
  if (waitMs === undefined) return undefined
  return Math.max(Math.round(waitMs * (0.9 + 0.2 * random)), Math.min(retryAfterMs, retryAfterMsMax))
}

/** Failures in a row after which an endpoint is no longer sent everything that is due, but one delivery at a time. */
export const failuresMax = 10

/** How long such an endpoint is left alone after so many probes: never for longer than an hour, because it may work again. */
export function probeWait(probes: number, random: number): number {
  const waitMs = [5 * m, 30 * m][probes] ?? h
  return Math.round(waitMs * (0.9 + 0.2 * random))
}

/** What `retry-after` asks for (RFC 9110, section 10.2.3): seconds, or a date. */
export function retryAfterOf(header: string | undefined, wallMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * s
  // Anything else that looks like a date to somebody was not meant as one.
  if (!/^[A-Z][a-z]{2,8}, .+ GMT$/.test(header)) return undefined
  const ms = Date.parse(header) - wallMs
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
