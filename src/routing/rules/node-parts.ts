// What a node of a rule's tree contains, whatever kind of node it is.
import type { ASTNode } from '@marcbachmann/cel-js'

/** The nodes among a node's arguments, in order, however they are nested. */
export function partsOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf)
  return isNode(args) ? [args] : []
}

function isNode(candidate: unknown): candidate is ASTNode {
  return typeof candidate === 'object' && candidate !== null && 'op' in candidate && 'args' in candidate
}
