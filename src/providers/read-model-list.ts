// The names in a provider's list of models. The list comes from outside and its names end in logs, terminals
// and answers, so whatever is odd is left out: nothing here fails, and nothing here grows without bound.
import type { Provider } from './provider.ts'

/**
 * Longer than any list seen (the longest, an aggregator's, is about a megabyte), short enough to parse at
 * once.
 */
const bodyCharsMax = 16 * 1024 * 1024
const namesMax = 10_000
const nameCharsMax = 256

/** Control, formatting (bidi, zero-width), unassigned and lone surrogate characters, and line separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u

/** The names in a model list, sorted, each once. Empty when the body is no model list. */
export function readModelList(body: string, provider: Provider): readonly string[] {
  return findModelList(body, provider) ?? []
}

/**
 * The same, but undefined when the body is no model list at all: what tells a model server from whatever else
 * may answer on its usual port. The shapes in use are read: `{"data": […]}`, a bare array, and `{"models": […]}`
 * with names in place of ids, as Gemini and Cohere have it.
 */
export function findModelList(body: string, provider: Provider): readonly string[] | undefined {
  const entries = body.length > bodyCharsMax ? undefined : entriesOf(parse(body))
  if (entries === undefined) return undefined
  const names = new Set<string>()
  for (const entry of entries) {
    const name = nameOf(entry, provider.quirks.modelListPrefix ?? '')
    if (name !== undefined) names.add(name)
    if (names.size === namesMax) break
  }
  if (names.size === 0 && entries.length > 0) return undefined
  return [...names].sort()
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // Not JSON is not a model list; the caller learns no more from it than from an empty body.
    return undefined
  }
}

function entriesOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return undefined
  if ('models' in value && Array.isArray(value.models)) return value.models.map(namedAsId)
  if (!('data' in value)) return undefined
  // Ollama without a model sends null.
  if (value.data === null && 'object' in value && value.object === 'list') return []
  return Array.isArray(value.data) ? value.data : undefined
}

function namedAsId(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? { id: entry.name } : entry
}

function nameOf(entry: unknown, prefix: string): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('id' in entry) || typeof entry.id !== 'string')
    return undefined
  const name = entry.id.startsWith(prefix) ? entry.id.slice(prefix.length) : entry.id
  if (name === '' || name.length > nameCharsMax || name.trim() !== name || invisible.test(name))
    return undefined
  return name
}
