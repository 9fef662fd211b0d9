// Reads requests without where their parts stood, to compare them with what is expected. The paths have a test of their
// own (src/dialects/dropped-paths.test.ts).
const pathNames: ReadonlySet<string> = new Set([
  'path',
  'detailPath',
  'namePath',
  'argumentsPath',
  'errorPath',
  'strictPath',
])

/** The same reader, but for the paths in what it reads. */
export function placeless<Read>(
  readRequest: (body: Readonly<Record<string, unknown>>) => Read,
): (body: Readonly<Record<string, unknown>>) => Read {
  return (body) => without(readRequest(body)) as Read
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without)
  if (typeof value !== 'object' || value === null) return value
  const isForeign = 'kind' in value && value.kind === 'foreign'
  const kept = Object.entries(value).filter(([name]) => isForeign || !pathNames.has(name))
  return Object.fromEntries(kept.map(([name, inner]) => [name, without(inner)]))
}
