// `sallyport import litellm`: writes a config that does what LiteLLM's proxy did, as far as there is such a thing here,
// and says of everything else where it stood and why it is not carried.
import { parseConfig } from '../../config/parse-config.ts'
import { printYaml } from '../../config/print-yaml.ts'
import { formatProblems } from '../../config/problem.ts'
import type { Problem } from '../../config/problem.ts'
import { configBytesMax, readYaml } from '../../config/read-yaml.ts'
import type { YamlText } from '../../config/read-yaml.ts'
import { readText } from '../../platform/read-text.ts'
import { writeText } from '../../platform/write-text.ts'
import { catalogue } from '../../providers/catalogue.ts'
import type { ProcessPort } from '../process-port.ts'
import { convertLitellm } from './convert.ts'
import type { Converted } from './convert.ts'

export interface ImportOptions {
  /** Where the config goes; `-` is standard output. */
  readonly out: string
  readonly force?: boolean
}

/** Resolves with 0 when a config was written, however much was noted, and with 1 when there was nothing to write. */
export function importLitellm(port: ProcessPort, file: string, { out, force }: ImportOptions): number {
  const read = readSource(file)
  if (!read.ok) {
    port.printError(`${formatProblems({ source: file, problems: read.problems })}\n`)
    return 1
  }
  const converted = convertLitellm(read.value, port.environment)
  const notes = notesText(converted, read.locate)
  if (converted.counts.providers === 0) {
    port.printError(`${notes}Nothing in ${file} can be called by Sallyport, so nothing was written.\n`)
    return 1
  }
  const text = printYaml(converted.settings, `Imported from ${oneLine(file)}, a config of LiteLLM's proxy.`)
  if (text.length > configBytesMax) {
    port.printError(`${notes}The config would be larger than 2 MiB, which is the most that is read.\n`)
    return 1
  }
  refuseUnreadable(text, converted)
  if (out === '-') port.print(text)
  else {
    const written = writeText(out, text, { replace: force === true })
    if (!written.ok) {
      const advice = force === true ? '' : ' Take another with --out, or replace it with --force.'
      port.printError(`The file ${out} ${written.reason}.${advice}\n`)
      return 1
    }
  }
  port.printError(summary(converted, out, read.problems) + notes + variablesText(converted, port))
  return 0
}

type SourceRead =
  | {
      readonly ok: true
      readonly value: unknown
      readonly problems: readonly Problem[]
      readonly locate: YamlText['locate']
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

function readSource(file: string): SourceRead {
  const read = readText(file, configBytesMax)
  const wrong = (message: string): SourceRead => ({
    ok: false,
    problems: [{ path: '', line: 1, column: 1, message }],
  })
  if (!read.ok) return wrong(`the file ${read.reason}`)
  const outcome = readYaml(read.text)
  if (!outcome.ok) return outcome
  const { value, findings, locate } = outcome.yaml
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('holds no settings')
  return { ok: true, value, problems: findings.map(locate), locate }
}

/** What is written is what `check` takes once the variables are set. Anything else is a bug, told before it is written. */
function refuseUnreadable(text: string, { variables }: Converted): void {
  const environment = Object.fromEntries(variables.map(({ name, like }, at) => [name, `${like}-${at}`]))
  const noFile = { ok: false, missing: true, reason: 'is not read' } as const
  const outcome = parseConfig(text, { knownProviders: catalogue, environment, readText: () => noFile })
  if (!outcome.ok) {
    throw new Error(
      `This import is at fault:\n${formatProblems({ source: 'the config', problems: outcome.problems })}`,
    )
  }
}

function summary({ counts }: Converted, out: string, problems: readonly Problem[]): string {
  const place = out === '-' ? 'A config is printed' : `${out} is written`
  const twice = problems.map(
    ({ path, line }) => `  line ${line}, ${path}: stands twice; the last one was read\n`,
  )
  const { providers, models, keys } = counts
  return `${place}: ${counted(providers, 'provider')}, ${counted(models, 'model')}, ${counted(keys, 'key')}.\n${twice.join('')}`
}

function notesText({ notes }: Converted, locate: YamlText['locate']): string {
  const block = (title: string, kind: 'lost' | 'changed'): string => {
    const lines = notes
      .filter((note) => note.kind === kind)
      .map(({ at, path, message }) => {
        const { line } = locate({ path: at, at: 'name', message })
        return `  line ${line}, ${path}: ${message}\n`
      })
    return lines.length === 0 ? '' : `${title}:\n${lines.join('')}`
  }
  return block('Carried in another way', 'changed') + block('Not carried', 'lost')
}

function variablesText({ variables }: Converted, { environment }: ProcessPort): string {
  if (variables.length === 0) return ''
  const names = variables.map(({ name }) => name)
  const missing = names.filter((name) => (environment[name] ?? '') === '')
  const rest = missing.length === 0 ? '' : ` Not set here: ${missing.join(', ')}.`
  return `It reads its secrets from ${names.join(', ')}.${rest}\n`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}
