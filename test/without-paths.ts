// A read request without where its parts stood, to be compared with what is expected of it. The paths have a test of
// their own (src/dialects/dropped-paths.test.ts).
const pathNames: ReadonlySet<string> = new Set([
  'path',
  'detailPath',
  'namePath',
  'argumentsPath',
  'errorPath',
  'strictPath',
])

export function withoutPaths<Read>(read: Read): Read {
  return without(read) as Read
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without)
  if (typeof value !== 'object' || value === null) return value
  const isForeign = 'kind' in value && value.kind === 'foreign'
  const kept = Object.entries(value).filter(([name]) => isForeign || !pathNames.has(name))
  return Object.fromEntries(kept.map(([name, inner]) => [name, without(inner)]))
}
