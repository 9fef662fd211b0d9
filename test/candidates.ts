// Candidates for choosing among, healthy unless told otherwise, and what a choice among them gave.
import { seededRandom } from './seeded-random.ts'
import type { Availability, Percentiles } from '../src/core/health.ts'
import type { Candidate, CandidateHealth, Choice, ChoiceContext } from '../src/routing/choice/candidate.ts'

export interface CandidateSketch extends Partial<Omit<Candidate, 'health' | 'tags'>> {
  readonly tags?: readonly string[]
  readonly is?: Availability
  readonly share?: number
  readonly recentSuccess?: number
  readonly inFlight?: number
  readonly limit?: number
  readonly firstTokenMs?: number | undefined
  readonly tokensPerSecond?: number | undefined
  readonly lastResort?: boolean
}

export function candidate(name: string, sketch: CandidateSketch = {}): Candidate {
  return {
    name,
    provider: sketch.provider ?? 'somebody',
    weight: sketch.weight ?? 1,
    priority: sketch.priority ?? 0,
    tags: new Set(sketch.tags),
    costPerMillion: sketch.costPerMillion,
    quality: sketch.quality,
    health: health(sketch),
  }
}

function health(sketch: CandidateSketch): CandidateHealth {
  return {
    availability: () => sketch.is ?? 'free',
    share: () => sketch.share ?? 1,
    recentSuccess: () => sketch.recentSuccess ?? 1,
    inFlight: sketch.inFlight ?? 0,
    limit: sketch.limit ?? 32,
    firstTokenMs: () => around(sketch.firstTokenMs),
    tokensPerSecond: () => around(sketch.tokensPerSecond),
    lastResort: () => sketch.lastResort ?? false,
  }
}

/** Measurements with this median. */
function around(p50: number | undefined): Percentiles | undefined {
  return p50 === undefined ? undefined : { count: 100, p50, p95: p50 * 2, p99: p50 * 3 }
}

export function context(changes: Partial<ChoiceContext> = {}): ChoiceContext {
  return {
    nowMs: 1000,
    random: seededRandom(1),
    estimatedInputTokens: 1000,
    expectedOutputTokens: 500,
    stickyTo: '',
    cachedOn: undefined,
    excluded: new Set(),
    turn: 0,
    mayProbe: true,
    ...changes,
  }
}

/** The name that was chosen and why, or what was answered instead. */
export function outcome(choice: Choice): string {
  switch (choice.kind) {
    case 'one':
      return `${choice.candidate.name}: ${choice.because}`
    case 'busy':
      return 'busy'
    case 'none':
      return `none: ${choice.why}`
  }
}

/** How often each name was chosen in so many choices. */
export function tally(times: number, once: (index: number) => Choice): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (let index = 0; index < times; index++) {
    const choice = once(index)
    const name = choice.kind === 'one' ? choice.candidate.name : choice.kind
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
