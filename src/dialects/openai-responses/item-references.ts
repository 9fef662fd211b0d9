// References to items, which stand among the items of a request's input. At a provider such an id may be another tenant's,
// so none must slip by: what a provider decodes or tolerates is read here in the same way.
import { stringAt, valueEnd, visitElements, visitMembers } from '../json-spans.ts'

const quote = 34
const openBrace = 123

/** Does the input that begins at `start` refer to an item? It is read once; text, which is no list, not at all. */
export function holdsReference(latin1: string, start: number): boolean {
  let isFound = false
  visitElements(latin1, start, (at) => {
    if (latin1.charCodeAt(at) !== openBrace) return valueEnd(latin1, at)
    let isBare = true
    const end = visitMembers(latin1, at, (name, valueAt) => {
      const memberEnd = valueEnd(latin1, valueAt)
      if (name === 'type') isFound ||= isReference(latin1, valueAt, memberEnd)
      else if (name !== 'id') isBare = false
      return memberEnd
    })
    isFound ||= isBare
    return isFound ? latin1.length : end
  })
  return isFound
}

/** The type of a reference may be left out, or hide behind escapes, which only make it longer. */
function isReference(latin1: string, start: number, end: number): boolean {
  if (latin1.charCodeAt(start) !== quote || end - start < '"item_reference"'.length) return false
  return stringAt(latin1, { start, end }) === 'item_reference'
}
