// What was found, as people read it and as machines do.
import type { Finding, Verdict } from './finding.ts'

export interface Report {
  /** `openai/gpt-5-mini`, or the address. */
  readonly name: string
  readonly dialect: string
  readonly measuredAt: string
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly findings: readonly Finding[]
}

const verdicts: readonly Verdict[] = ['ok', 'weak', 'fails', 'unknown']

/** A table, and a line with the sum. */
export function reportText({ name, dialect, findings, ...spent }: Report): string {
  return [
    `${name} (${dialect})`,
    ...tableLines(findings),
    `  ${sumOf(findings)}. ${spentText(spent)}`,
    '',
  ].join('\n')
}

/** One line for each finding. */
export function tableLines(findings: readonly Finding[]): readonly string[] {
  const width = Math.max(...findings.map(({ check }) => check.length))
  return findings.map(
    ({ check, verdict, sentence }) => `  ${verdict.padEnd(7)}  ${check.padEnd(width)}  ${sentence}`,
  )
}

/** `14 ok, 2 weak, 1 fails`. */
export function sumOf(findings: readonly Finding[]): string {
  return verdicts
    .map((verdict) => [findings.filter((found) => found.verdict === verdict).length, verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`)
    .join(', ')
}

function spentText({
  calls,
  inputTokens,
  outputTokens,
}: Omit<Report, 'name' | 'dialect' | 'findings'>): string {
  return `${calls} calls, ${inputTokens} tokens in and ${outputTokens} out as far as they were told.`
}

/** The same for machines. */
export function reportJson({
  name,
  dialect,
  measuredAt,
  calls,
  inputTokens,
  outputTokens,
  findings,
}: Report): object {
  return {
    deployment: name,
    dialect,
    measured_at: measuredAt,
    calls,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    findings: findings.map(findingJson),
  }
}

export function findingJson({ check, verdict, sentence, figures }: Finding): object {
  return { check, verdict, sentence, figures }
}

/** A check that fails makes the command fail. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return findings.some(({ verdict }) => verdict === 'fails') ? 1 : 0
}
