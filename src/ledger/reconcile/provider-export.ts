// What a provider says was used: its own export, as rows of a day and a model. Names of columns and members are those of
// the providers' public documentation as of November 2026: OpenAI's Usage and Costs API
// (platform.openai.com/docs/api-reference/usage) and the files of its dashboard, which flatten the same members; Anthropic's
// Usage and Cost Admin API (platform.claude.com/docs/en/api/admin-api/usage-cost) and the files of its console
// (support.anthropic.com/en/articles/9534590).
import { readCsv } from './read-csv.ts'

/** What is not said is undefined. */
export interface ProvidedRow {
  /** `2026-11-21`, UTC. */
  readonly day: string
  readonly model: string | undefined
  readonly inputTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly nanoDollars: number | undefined
}

/** What the columns of a plain file are, by what they hold. */
export interface ExportColumns {
  readonly date: string
  readonly model?: string | undefined
  readonly input?: string | undefined
  readonly output?: string | undefined
  readonly cost?: string | undefined
}

/** Which columns hold it. Those of one kind are added up; `costScale` is how many of them are a dollar. */
interface ExportForm {
  readonly date: string
  readonly model?: string | undefined
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly cost?: string | undefined
  readonly costScale?: number
}

/** The first of these whose date is there, and one of its sums. */
const forms: readonly ExportForm[] = [
  // Anthropic's console: usage, then costs, which it gives by names for people.
  {
    date: 'usage_date_utc',
    model: 'model_version',
    input: [
      'usage_input_tokens_no_cache',
      'usage_input_tokens_cache_write_5m',
      'usage_input_tokens_cache_write_1h',
      'usage_input_tokens_cache_read',
    ],
    output: ['usage_output_tokens'],
  },
  { date: 'usage_date_utc', input: [], output: [], cost: 'cost_usd' },
  // Anthropic's Admin API: usage, then costs, in cents.
  {
    date: 'starting_at',
    model: 'model',
    input: [
      'uncached_input_tokens',
      'cache_read_input_tokens',
      'cache_creation_ephemeral_5m_input_tokens',
      'cache_creation_ephemeral_1h_input_tokens',
    ],
    output: ['output_tokens'],
  },
  { date: 'starting_at', model: 'model', input: [], output: [], cost: 'amount', costScale: 100 },
  // OpenAI: usage, in which cached tokens are among the input, then costs.
  { date: 'start_time', model: 'model', input: ['input_tokens'], output: ['output_tokens'] },
  { date: 'start_time', input: [], output: [], cost: 'amount_value' },
]

type Cells = Readonly<Record<string, string>>

/** Reads a file. Throws an Error that says what is wrong with it. */
export function readExport(text: string, columns: ExportColumns | undefined): readonly ProvidedRow[] {
  const start = text.trimStart().replace('\uFEFF', '')[0]
  const cells = start === '{' || start === '[' ? cellsOfJson(text) : cellsOfCsv(text)
  if (cells.length === 0) throw new Error('The export is empty.')
  const form = columns === undefined ? formOf(cells) : ownForm(columns, cells)
  return cells.map((row, index) => providedRow(row, form, index + 1))
}

function formOf(rows: readonly Cells[]): ExportForm {
  const names = namesOf(rows)
  const found = forms.find(
    ({ date, input, output, cost }) =>
      names.has(date) &&
      [...input, ...output, ...(cost === undefined ? [] : [cost])].some((name) => names.has(name)),
  )
  if (found !== undefined) return found
  throw new Error(
    `Nobody here knows exports with these columns: ${[...names].join(', ')}. Say what its columns are with ` +
      '--columns date=…,model=…,input=…,output=…,cost=….',
  )
}

function ownForm({ date, model, input, output, cost }: ExportColumns, rows: readonly Cells[]): ExportForm {
  const names = namesOf(rows)
  for (const name of [date, model, input, output, cost]) {
    if (name !== undefined && !names.has(name)) {
      throw new Error(`The export has no column "${name}", only ${[...names].join(', ')}.`)
    }
  }
  return {
    date,
    model,
    input: input === undefined ? [] : [input],
    output: output === undefined ? [] : [output],
    cost,
  }
}

function namesOf(rows: readonly Cells[]): ReadonlySet<string> {
  return new Set(rows.flatMap((row) => Object.keys(row)))
}

/** There are rows without anything in them, for days on which nothing was used. */
function providedRow(row: Cells, form: ExportForm, number: number): ProvidedRow {
  const numberIn = (name: string): number | undefined => {
    const text = row[name]?.trim().replaceAll(',', '').replace(/^\$/, '') ?? ''
    if (text === '') return undefined
    const amount = Number(text)
    if (Number.isFinite(amount)) return amount
    throw new Error(`Row ${number} of the export has "${row[name]}" for ${name}, which is no number.`)
  }
  const sumOf = (names: readonly string[]): number | undefined => {
    const amounts = names.flatMap((name) => numberIn(name) ?? [])
    return amounts.length === 0 ? undefined : amounts.reduce((sum, amount) => sum + amount, 0)
  }
  const cost = form.cost === undefined ? undefined : numberIn(form.cost)
  const model = form.model === undefined ? undefined : row[form.model]?.trim()
  return {
    day: dayIn(row[form.date]?.trim() ?? '', number),
    model: model === '' ? undefined : model,
    inputTokens: sumOf(form.input),
    outputTokens: sumOf(form.output),
    nanoDollars: cost === undefined ? undefined : Math.round((cost * 1e9) / (form.costScale ?? 1)),
  }
}

function dayIn(text: string, number: number): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text
  const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?$/.test(text)
  // A time without a zone is meant as UTC.
  const zoned = isTime && !/(Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text
  const timeMs = /^\d{9,11}$/.test(text) ? Number(text) * 1_000 : isTime ? Date.parse(zoned) : Number.NaN
  if (!Number.isNaN(timeMs)) return new Date(timeMs).toISOString().slice(0, 10)
  throw new Error(`Row ${number} of the export has "${text}" for a date. Write it as 2026-11-21.`)
}

function cellsOfCsv(text: string): readonly Cells[] {
  const [header = [], ...rows] = readCsv(text)
  const names = header.map((name) => name.trim())
  return rows.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])))
}

/** One answer of the API, a list of them, or a line for each. */
function cellsOfJson(text: string): readonly Cells[] {
  return flatRows(parsedJson(text), {})
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [parsedLine(line, index + 1)]))
  }
}

function parsedLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new Error(`Line ${number} of the export is no JSON.`)
  }
}

/** Pages hold buckets, buckets hold results; what a bucket says holds for its results. */
function flatRows(value: unknown, outer: Cells): readonly Cells[] {
  if (Array.isArray(value)) return value.flatMap((part) => flatRows(part, outer))
  if (typeof value !== 'object' || value === null) return []
  const { data: buckets, results, ...own } = value as Readonly<Record<string, unknown>>
  if (Array.isArray(buckets)) return flatRows(buckets, outer)
  const cells = { ...outer, ...flatCells(own, '') }
  return Array.isArray(results) && results.length > 0 ? flatRows(results, cells) : [cells]
}

function flatCells(members: object, prefix: string): Cells {
  const cells = Object.entries(members).flatMap(([name, value]): readonly (readonly [string, string])[] => {
    if (value === null || value === undefined) return []
    if (typeof value === 'object') return Object.entries(flatCells(value as object, `${prefix}${name}_`))
    return [[prefix + name, String(value)]]
  })
  return Object.fromEntries(cells)
}
