// docs/reference/metrics.md: every metric with its labels and meaning, as the code names it where it makes one. Most are
// made only beside what they count, so no gateway has all of them to be asked.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import type { Argument, Program } from 'oxc-parser'

interface NamedMetric {
  readonly name: string
  readonly kind: string
  readonly labels: readonly string[]
  readonly help: string
}

const opening = `# Metrics

<!-- Derived from where the code makes them. Change it there, then run "npm run derive". -->

\`GET /metrics\` has them in Prometheus' text format ([who may read it](../guides/administration.md#a-listener-of-its-own)). A metric of
something that is not in use (a fleet, webhooks, secrets in a store) is not there. A metric has at most 2,000 series; what would be
beyond them is not shown. Each counter rises from 0 at the start of its process; with
[workers](../guides/workers.md) the numbers of all are one.

| Metric | Kind | Labels | Meaning |
| --- | --- | --- | --- |
`

const source = join(import.meta.dirname, '..', '..', 'src')

/** The page; throws where a metric is made in a way that cannot be read, or two have one name. */
export function metricsPage(): string {
  const found = new Map<string, NamedMetric>()
  for (const path of readdirSync(source, { encoding: 'utf8', recursive: true }).toSorted()) {
    if (!path.endsWith('.ts') || path.endsWith('.test.ts')) continue
    const text = readFileSync(join(source, path), 'utf8')
    if (!/['"](sallyport|process)_[a-z_]+['"]/.test(text)) continue
    for (const metric of metricsIn(parseSync(path, text).program)) {
      const other = found.get(metric.name)
      // A scraper would refuse one name with two meanings.
      if (other !== undefined && row(other) !== row(metric)) throw new Error(`${metric.name} is two metrics.`)
      found.set(metric.name, metric)
    }
  }
  const rows = [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)).map(row)
  return `${opening}${rows.join('\n')}\n`
}

function row({ name, kind, labels, help }: NamedMetric): string {
  return `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['gauges', 'gauge'],
  ['histogram', 'histogram'],
])

/** Every call such as `registry.counter('name', 'help', ['label'])`. */
function metricsIn(program: Program): readonly NamedMetric[] {
  const lists = new Map<string, readonly string[]>()
  const found: NamedMetric[] = []
  const visitor = new Visitor({
    VariableDeclarator: ({ id, init }) => {
      const texts = listOf(init, lists)
      if (id.type === 'Identifier' && texts !== undefined) lists.set(id.name, texts)
    },
    CallExpression: ({ callee, arguments: [named, meant, shape] }) => {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      const kind = kinds.get(callee.property.name)
      const [name, help] = [textOf(named), textOf(meant)]
      if (kind === undefined || name === undefined || !/^(sallyport|process)_/.test(name)) return
      if (help === undefined) throw new Error(`What ${name} means is not written where it is made.`)
      found.push({ name, kind, help, labels: labelsOf(shape, lists) })
    },
  })
  visitor.visit(program)
  return found
}

/** A list, or the member `labels`; either may be the name of a list before it. */
function labelsOf(
  shape: Argument | undefined,
  lists: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (shape?.type !== 'ObjectExpression') return listOf(shape, lists) ?? []
  for (const member of shape.properties) {
    if (member.type !== 'Property' || member.key.type !== 'Identifier' || member.key.name !== 'labels')
      continue
    const labels = listOf(member.value, lists)
    if (labels !== undefined) return labels
  }
  throw new Error('The labels of a metric are not written where it is made.')
}

function listOf(
  written: Argument | null | undefined,
  lists: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  if (written?.type === 'Identifier') return lists.get(written.name)
  if (written?.type !== 'ArrayExpression') return undefined
  const texts = written.elements.map((element) => {
    if (element?.type === 'SpreadElement') return listOf(element.argument, lists)
    const text = textOf(element)
    return text === undefined ? undefined : [text]
  })
  const all = texts.flatMap((some) => some ?? [])
  return texts.includes(undefined) ? undefined : all
}

function textOf(written: Argument | null | undefined): string | undefined {
  return written?.type === 'Literal' && typeof written.value === 'string' ? written.value : undefined
}
