// The settings of what narrows a model's deployments before its policy chooses: rules, splits, the classifier. What they
// name must be there, and a rule must be one: both are said when the config is read.
import * as z from 'zod'
import { duration, label, list, onOff, section } from '../../platform/setting-values.ts'
import { isTimeZone } from '../local-time.ts'
import { problemOfRule } from '../rules/load-compiler.ts'

const byAdvice = 'write user, key, conversation or header:NAME'
const percentAdvice = 'write a part of the callers in percent, more than 0 and at most 100'
const useAdvice = 'name at least one tag or deployment'

/** Tags of deployments, and deployments as `provider/model`. */
const uses = list(z.string().max(512), 100)
const someUses = uses.refine((names) => names.length > 0, { error: useAdvice })

const rule = section({
  when: z
    .string()
    .superRefine((written, found) => {
      const message = problemOfRule(written)
      if (message !== undefined) found.addIssue({ code: 'custom', message })
    })
    .describe('A condition, such as `"batch" in tags && !has_tools`.'),
  use: someUses.describe('Tags of deployments, or deployments as `provider/model`.'),
  fallback: onOff()
    .prefault('off')
    .describe('Whether the other deployments may answer when none of `use` can.'),
})

const split = section({
  name: label().describe('Decides who is in: another name draws anew.'),
  percent: z
    .number({ error: percentAdvice })
    .gt(0, { error: percentAdvice })
    .max(100, { error: percentAdvice })
    .describe('Of all callers; it may change while callers stay where they are.'),
  use: someUses.describe('Tags of deployments, or deployments as `provider/model`.'),
  by: z
    .union(
      [
        z.enum(['user', 'key', 'conversation']),
        z.string().regex(/^header:[A-Za-z0-9-]{1,64}$/, { error: byAdvice }),
      ],
      {
        error: byAdvice,
      },
    )
    .prefault('user')
    .describe(
      'What a caller is known by: the `user` that the request names, its `key`, its `conversation`, or `header:NAME`. Where a call does not say, chance decides.',
    ),
})

/** What stands beside the deployments of a model. */
export const narrowingSettings = {
  rules: list(rule, 100)
    .optional()
    .meta({
      description:
        'Conditions on a call, each with the deployments that it goes to. The first that holds decides.',
      examples: [[{ when: 'input_tokens < 4000 && !has_tools', use: ['small'] }]],
    }),
  time_zone: z
    .string()
    .refine(isTimeZone, { error: 'write a time zone such as Europe/Berlin or UTC' })
    .optional()
    .describe('Where the clock of the rules hangs. Left out, it is UTC.'),
  splits: list(split, 20)
    .superRefine(checkSplits)
    .optional()
    .meta({
      description:
        'Canaries and A/B tests: a part of the callers goes to certain deployments, and stays there.',
      examples: [[{ name: 'canary', percent: 5, use: ['new'] }]],
    }),
  classifier: section({
    threshold: z
      .number()
      .min(0)
      .max(1)
      .prefault(0.5)
      .describe('From this score on a request counts as hard.'),
    simple: uses.prefault([]).describe('What is asked below it: tags, or `provider/model`.'),
    hard: uses.prefault([]).describe('What is asked above it.'),
    judge: z
      .string()
      .max(512)
      .optional()
      .describe(
        'A model that is asked how hard a request is, before it is answered. Left out, the look of the request decides, which costs nothing.',
      ),
    judge_timeout: duration('100ms', '1m')
      .prefault('3s')
      .describe('How long its answer is waited for. Then the look of the request decides.'),
  })
    .optional()
    .meta({
      description:
        'Sends simple requests to some deployments and hard ones to others, by the look of the request.',
      examples: [{ simple: ['small'], hard: ['large'] }],
    }),
  cache_aware: onOff()
    .prefault('on')
    .describe(
      'Whether `least_cost` and `least_latency` count what a deployment probably has in its prompt cache. Other policies do not look at it.',
    ),
}

interface Reporter {
  addIssue(issue: { readonly code: 'custom'; readonly message: string; readonly path?: PropertyKey[] }): void
}

function checkSplits(
  splits: readonly { readonly name: string; readonly percent: number }[],
  found: Reporter,
): void {
  let percent = 0
  const names = new Set<string>()
  for (const [index, one] of splits.entries()) {
    percent += one.percent
    if (percent > 100) {
      const message = 'the splits of a model have more than 100 percent together'
      found.addIssue({ code: 'custom', path: [index, 'percent'], message })
    }
    if (names.has(one.name)) {
      const message = 'there are two splits of this name; each needs its own'
      found.addIssue({ code: 'custom', path: [index, 'name'], message })
    }
    names.add(one.name)
  }
}

/** A model's settings, as far as they name deployments. */
interface Naming {
  readonly deployments: readonly {
    readonly provider: string
    readonly model: string
    readonly tags: readonly string[]
  }[]
  readonly rules?: readonly { readonly use: readonly string[] }[] | undefined
  readonly splits?: readonly { readonly use: readonly string[] }[] | undefined
  readonly classifier?: { readonly simple: readonly string[]; readonly hard: readonly string[] } | undefined
}

/** Whatever rules, splits and the classifier name is a tag or a deployment of the same model. */
export function checkUses({ deployments, rules, splits, classifier }: Naming, found: Reporter): void {
  const tags = new Set(deployments.flatMap((deployment) => deployment.tags))
  const names = new Set(deployments.map(({ provider, model }) => `${provider}/${model}`))
  const check = (written: readonly string[], path: readonly PropertyKey[]): void => {
    for (const [index, name] of written.entries()) {
      if (tags.has(name) || names.has(name)) continue
      const there = [...tags, ...names].slice(0, 10).join(', ')
      const message = `no deployment of this model has this tag or name; there are ${there}`
      found.addIssue({ code: 'custom', path: [...path, index], message })
    }
  }
  for (const [index, { use }] of (rules ?? []).entries()) check(use, ['rules', index, 'use'])
  for (const [index, { use }] of (splits ?? []).entries()) check(use, ['splits', index, 'use'])
  check(classifier?.simple ?? [], ['classifier', 'simple'])
  check(classifier?.hard ?? [], ['classifier', 'hard'])
}

const narrowingGroup = section(narrowingSettings)
export type NarrowingSettings = z.output<typeof narrowingGroup>
