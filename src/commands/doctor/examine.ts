// All checks in their order, what each costs, and which of them are wanted.
import { abort } from './checks/abort.ts'
import { jsonSchema, probabilities, reasoning, severalAnswers } from './checks/answer-form.ts'
import { reportedModel, unknownModel, wrongKey } from './checks/identity.ts'
import { images } from './checks/images.ts'
import { seed, stopTexts, tokenBound } from './checks/limits.ts'
import { streamedRuns } from './checks/streamed-runs.ts'
import { forcedTool, twoTools } from './checks/tools.ts'
import { wholeUsage } from './checks/usage.ts'
import type { Exam } from './exam.ts'
import type { Finding } from './finding.ts'

interface Group {
  /** What it finds out. */
  readonly checks: readonly string[]
  readonly calls: number
  /** Tokens of one call, question and answer, as far as a usual model goes. */
  readonly tokens: number
  run(exam: Exam): Promise<readonly Finding[]>
}

/** The first tells whether there is anything to examine; `model` is known from all answers, so it is judged at the end. */
const first: Group = {
  checks: ['answers', 'streams', 'first_token', 'speed', 'usage_stream', 'ending'],
  calls: 1,
  tokens: 120,
  run: streamedRuns,
}

const others: readonly Group[] = [
  { checks: ['usage_whole'], calls: 1, tokens: 60, run: wholeUsage },
  { checks: ['abort'], calls: 2, tokens: 350, run: abort },
  { checks: ['tools'], calls: 1, tokens: 120, run: forcedTool },
  { checks: ['parallel_tools'], calls: 1, tokens: 180, run: twoTools },
  { checks: ['json_schema'], calls: 1, tokens: 100, run: jsonSchema },
  { checks: ['reasoning'], calls: 1, tokens: 600, run: reasoning },
  { checks: ['seed'], calls: 3, tokens: 60, run: seed },
  { checks: ['stop'], calls: 1, tokens: 40, run: stopTexts },
  { checks: ['max_tokens'], calls: 1, tokens: 40, run: tokenBound },
  { checks: ['n'], calls: 1, tokens: 40, run: severalAnswers },
  { checks: ['logprobs'], calls: 1, tokens: 40, run: probabilities },
  { checks: ['images'], calls: 1, tokens: 300, run: images },
  { checks: ['unknown_model'], calls: 1, tokens: 0, run: unknownModel },
  { checks: ['wrong_key'], calls: 1, tokens: 0, run: wrongKey },
]

export const allChecks: readonly string[] = [
  ...first.checks,
  'model',
  ...others.flatMap(({ checks }) => checks),
]

/** What the wanted checks cost, about. */
export function costOf(
  wanted: ReadonlySet<string>,
  times: number,
): { readonly calls: number; readonly tokens: number } {
  const groups = [
    { ...first, calls: times },
    ...others.filter(({ checks }) => checks.some((check) => wanted.has(check))),
  ]
  return {
    calls: groups.reduce((sum, { calls }) => sum + calls, 0),
    tokens: groups.reduce((sum, { calls, tokens }) => sum + calls * tokens, 0),
  }
}

/** Runs the wanted checks one after the other. Whether it answers at all is always found out. */
export async function examine(exam: Exam, wanted: ReadonlySet<string>): Promise<readonly Finding[]> {
  const found = [...(await first.run(exam))]
  const answers = found[0]
  if (answers?.verdict === 'fails') return [answers]
  for (const group of others) {
    if (group.checks.some((check) => wanted.has(check))) found.push(...(await group.run(exam)))
  }
  found.push(reportedModel(exam))
  return found
    .filter(({ check }) => check === 'answers' || wanted.has(check))
    .toSorted((left, right) => allChecks.indexOf(left.check) - allChecks.indexOf(right.check))
}
