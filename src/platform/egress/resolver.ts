// Names to addresses, by the system's resolver, with a short memory, so that a burst of connections asks once. The
// time limit is the connection's.
import type { Clock } from '../../core/clock.ts'

/** All addresses of a name. Rejects when there are none or the resolver fails. */
export type Resolver = (hostname: string) => Promise<readonly string[]>

const rememberedMs = 5_000
const rememberedMax = 1_000

/** The system's resolver: IPv4 and IPv6, as it orders them. */
export async function systemResolver(hostname: string): Promise<readonly string[]> {
  const found = await Bun.dns.lookup(hostname, { backend: 'system' })
  // The system may name an address once for each kind of socket.
  return [...new Set(found.map(({ address }) => address))]
}

/** Asks `resolve` at most once in five seconds for a name, and once at a time. */
export function rememberingResolver(resolve: Resolver, clock: Clock): Resolver {
  const known = new Map<string, { readonly answer: Promise<readonly string[]>; readonly untilMs: number }>()
  return (hostname) => {
    const nowMs = clock.nowMs()
    const entry = known.get(hostname)
    if (entry !== undefined && entry.untilMs > nowMs) return entry.answer
    if (known.size >= rememberedMax) known.clear()
    const answer = resolve(hostname)
    known.set(hostname, { answer, untilMs: nowMs + rememberedMs })
    answer.catch(() => known.delete(hostname))
    return answer
  }
}
