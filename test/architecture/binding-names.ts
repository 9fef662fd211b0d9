// The names that a file gives to things: variables, parameters, functions, classes, imports. Properties are not
// among them, because a wire format may call its fields as it likes.
import type { Node, Program } from 'oxc-parser'

type Visit = (node: AnyNode) => void
type AnyNode = { readonly type: string } & Readonly<Record<string, unknown>>

const functionLike = new Set([
  'ArrowFunctionExpression',
  'FunctionDeclaration',
  'FunctionExpression',
  'TSDeclareFunction',
  'TSEmptyBodyFunctionExpression',
  'TSFunctionType',
  'TSMethodSignature',
  'TSCallSignatureDeclaration',
])
const named = new Set(['FunctionDeclaration', 'ClassDeclaration', 'VariableDeclarator'])
const importSpecifiers = new Set(['ImportSpecifier', 'ImportDefaultSpecifier', 'ImportNamespaceSpecifier'])

export function bindingNames(program: Program): string[] {
  const names: string[] = []
  const addPattern = (pattern: unknown) => names.push(...patternNames(pattern))
  walk(program, (node) => {
    if (named.has(node.type)) addPattern(node['id'])
    if (functionLike.has(node.type)) for (const parameter of listOf(node['params'])) addPattern(parameter)
    if (importSpecifiers.has(node.type)) addPattern(node['local'])
    if (node.type === 'CatchClause') addPattern(node['param'])
  })
  return names
}

/** Visits every node below one, itself included. */
export function walk(node: Node | Program, visit: Visit): void {
  visitAll(node, visit)
}

function visitAll(part: unknown, visit: Visit): void {
  if (Array.isArray(part)) {
    for (const member of part) visitAll(member, visit)
    return
  }
  if (!isNode(part)) return
  visit(part)
  for (const key in part) visitAll(part[key], visit)
}

/** Names bound by a pattern such as `{ a, b: [c = 1], ...d }`. */
function patternNames(pattern: unknown): string[] {
  if (!isNode(pattern)) return []
  switch (pattern.type) {
    case 'Identifier':
      return [String(pattern['name'])]
    case 'ObjectPattern':
      return listOf(pattern['properties']).flatMap(patternNames)
    case 'Property':
      return patternNames(pattern['value'])
    case 'ArrayPattern':
      return listOf(pattern['elements']).flatMap(patternNames)
    case 'AssignmentPattern':
      return patternNames(pattern['left'])
    case 'RestElement':
      return patternNames(pattern['argument'])
    default:
      return []
  }
}

function listOf(part: unknown): readonly unknown[] {
  return Array.isArray(part) ? part : []
}

function isNode(part: unknown): part is AnyNode {
  return typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string'
}
