// What is left of a shape when only media are looked for: whole conversations are passed over without a look inside.
import type { Shape, Unfinished } from './lens-shape.ts'

/** The ways from a shape to media, and nothing else. */
export function onlyMedia(shape: Shape): Shape {
  return pruned(shape, new Map())
}

/** Shapes may hold themselves, so each is pruned once. */
function pruned(shape: Shape, done: Map<Shape, Shape>): Shape {
  const known = done.get(shape)
  if (known !== undefined) return known
  const left: Unfinished = {}
  done.set(shape, left)
  const { media, bare, elements, members, others, variants } = shape
  if (media !== undefined) left.media = media
  if (bare !== undefined) left.bare = bare
  if (leadsToMedia(elements)) left.elements = pruned(elements, done)
  if (leadsToMedia(others)) left.others = pruned(others, done)
  const kept = [...(members ?? [])].filter(([, inner]) => leadsToMedia(inner))
  if (kept.length > 0) left.members = new Map(kept.map(([name, inner]) => [name, pruned(inner, done)]))
  // A variant without media stands against one that has some.
  if (variants !== undefined && [...variants.meanings.values()].some((inner) => leadsToMedia(inner))) {
    const meanings = [...variants.meanings].map(([word, inner]) => [word, pruned(inner, done)] as const)
    left.variants = { ...variants, meanings: new Map(meanings) }
  }
  return left
}

function leadsToMedia(shape: Shape | undefined): shape is Shape {
  const seen = new Set(shape === undefined ? [] : [shape])
  // Grows while it is gone over.
  for (const { media, elements, members, others, variants } of seen) {
    if (media !== undefined) return true
    const inner = [elements, others, ...(members?.values() ?? []), ...(variants?.meanings.values() ?? [])]
    for (const next of inner) if (next !== undefined) seen.add(next)
  }
  return false
}
