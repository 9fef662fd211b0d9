// What narrows a model's deployments for a call before its policy chooses, worked out when the plan is built. Most models
// have nothing of the kind, and no plan for it.
import { abilities } from '../../core/capabilities.ts'
import type { Ability, Capabilities } from '../../core/capabilities.ts'
import type { Split } from '../choice/split.ts'
import { wallClockIn } from '../local-time.ts'
import type { LocalTime } from '../local-time.ts'
import { ruleFrom } from '../rules/load-compiler.ts'
import type { Rule } from '../rules/compile-rule.ts'
import type { NarrowingSettings } from './settings.ts'

export interface Narrowing {
  /** What some deployments of the model can do and others cannot. */
  readonly differing: ReadonlySet<Ability>
  /** Some take longer requests than others. */
  readonly contextsDiffer: boolean
  readonly rules: readonly RulePlan[]
  /** The clock that rules read. */
  wallClock(wallMs: number): LocalTime
  readonly splits: readonly Split[]
  readonly classifier: ClassifierPlan | undefined
}

export interface RulePlan {
  readonly rule: Rule
  /** Names of deployments. */
  readonly use: ReadonlySet<string>
  /** The others may answer when none of these can. */
  readonly fallback: boolean
}

export interface ClassifierPlan {
  readonly threshold: number
  /** Names of deployments; none: all. */
  readonly simple: ReadonlySet<string>
  readonly hard: ReadonlySet<string>
  /** Asked how hard a request is; undefined where only looks count. */
  readonly judge: JudgePlan | undefined
}

export interface JudgePlan {
  readonly model: string
  readonly timeoutMs: number
}

/** A deployment, as far as it is told apart here. */
export interface Narrowed {
  readonly name: string
  readonly tags: ReadonlySet<string>
  readonly capabilities: Capabilities
}

type Wanted = Pick<NarrowingSettings, 'rules' | 'splits' | 'classifier' | 'time_zone'>

/** Undefined where nothing can be narrowed. */
export function narrowingOf(
  { rules = [], splits = [], classifier, time_zone: timeZone = 'UTC' }: Wanted,
  deployments: readonly Narrowed[],
): Narrowing | undefined {
  const differing = differingAbilities(deployments)
  const contextsDiffer = new Set(deployments.map(({ capabilities }) => capabilities.contextTokens)).size > 1
  const isAsked = rules.length + splits.length > 0 || classifier !== undefined
  if (!isAsked && differing.size === 0 && !contextsDiffer) return undefined
  const namesOf = (uses: readonly string[]): ReadonlySet<string> =>
    new Set(
      deployments
        .filter(({ name, tags }) => uses.some((use) => use === name || tags.has(use)))
        .map(({ name }) => name),
    )
  let clock: ReturnType<typeof wallClockIn> | undefined
  return {
    differing,
    contextsDiffer,
    rules: rules.map(({ when, use, fallback }) => ({ rule: ruleFrom(when), use: namesOf(use), fallback })),
    // A zone is dear to look up, and few rules read the clock.
    wallClock: (wallMs) => (clock ??= wallClockIn(timeZone))(wallMs),
    splits: splits.map(({ name, percent, use, by }) => ({
      name,
      percent,
      stickyBy: by,
      takes: { deployments: namesOf(use) },
    })),
    classifier: classifier && {
      threshold: classifier.threshold,
      simple: namesOf(classifier.simple),
      hard: namesOf(classifier.hard),
      judge:
        classifier.judge === undefined
          ? undefined
          : { model: classifier.judge, timeoutMs: classifier.judge_timeout },
    },
  }
}

function differingAbilities(deployments: readonly Narrowed[]): ReadonlySet<Ability> {
  const [first, ...others] = deployments
  return new Set(
    abilities.filter((ability) =>
      others.some(({ capabilities }) => capabilities[ability] !== first?.capabilities[ability]),
    ),
  )
}
