// What is wrong with a config, where, and what to do. A finding points into the settings; a problem points into the
// text of the file. Neither ever holds a value that was written: it may be a secret in the wrong place.

/** The way to a setting: names of members and positions in lists. */
export type SettingPath = readonly (string | number)[]

export interface Finding {
  readonly path: SettingPath
  /** Whether the name of the setting is at fault, or its value. */
  readonly at: 'name' | 'value'
  readonly message: string
  /** What was probably meant. */
  readonly suggestion?: string | undefined
}

export interface Problem {
  /** `models.fast.deployments[0].provider`; empty for the file as a whole. */
  readonly path: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
  readonly suggestion?: string | undefined
}

/** The problems of one file. */
export interface Refusal {
  readonly source: string
  readonly problems: readonly Problem[]
}

const shownMax = 100

/** The text that an operator sees: every problem on a line of its own, as `file:line:column`. */
export function formatProblems({ source, problems }: Refusal): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const lines = problems.slice(0, shownMax).map((problem) => `  - ${formatProblem(source, problem)}`)
  const rest = problems.length - lines.length
  if (rest > 0) lines.push(`  and ${rest} more`)
  return [`${source} has ${count}:`, ...lines].join('\n')
}

function formatProblem(source: string, problem: Problem): string {
  const subject = problem.path === '' ? '' : `${problem.path}: `
  const hint = problem.suggestion === undefined ? '' : `. Did you mean "${problem.suggestion}"?`
  return `${source}:${problem.line}:${problem.column} ${subject}${problem.message}${hint}`
}

/** `models["gpt-4.1"].deployments[0]`: names that are not plain words stand in quotes. */
export function formatPath(path: SettingPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step) && step.length <= 64)
      text += text === '' ? step : `.${step}`
    else text += `["${shown(step)}"]`
  }
  return text
}

/** An operator's own word, cut and made harmless for a terminal. */
export function shown(word: string): string {
  const clean = word.replace(/[\p{C}\p{Z}"\\]/gu, (character) => (character === ' ' ? ' ' : '?'))
  return clean.length > 64 ? `${clean.slice(0, 64)}…` : clean
}
