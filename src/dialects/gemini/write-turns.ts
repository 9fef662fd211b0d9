// Our turns as contents: neighbours of one role are one content, results stand first in theirs, and system
// turns that come later than the first other turn are said by the user.
import type { Part, Turn } from '../../core/model-request.ts'
import { writePart } from './write-parts.ts'
import { drop } from './writing.ts'
import type { WireObject, Writing } from './writing.ts'

export interface WrittenTurns {
  readonly contents: readonly Content[]
  readonly systemInstruction: WireObject | undefined
}

interface Content {
  readonly role: 'user' | 'model'
  readonly parts: WireObject[]
}

/**
 * What stands for the signature of a call that another model made. Without any, models of today refuse the call
 * (https://ai.google.dev/gemini-api/docs/thought-signatures, 2026-11).
 */
export const signatureOfOthers = 'skip_thought_signature_validator'

export function writeTurns(turns: readonly Turn[], writing: Writing): WrittenTurns {
  const found = turns.findIndex(({ role }) => role !== 'system')
  // A request that only holds instructions is said by the user: Google wants at least one content.
  const start = found === -1 ? 0 : found
  const system: WireObject[] = []
  const contents: Content[] = []
  for (const [index, turn] of turns.entries()) {
    const path = `messages[${index}]`
    if (turn.name !== undefined) drop(writing, `${path}.name`)
    const parts = writeParts(turn.parts, path, writing)
    if (index < start) system.push(...parts)
    else add(contents, turn.role === 'assistant' ? 'model' : 'user', parts)
  }
  const signed = writing.early ? contents : contents.map(withSignature)
  return {
    contents: signed.map(resultsFirst),
    systemInstruction: system.length === 0 ? undefined : { parts: system },
  }
}

function writeParts(parts: readonly Part[], path: string, writing: Writing): readonly WireObject[] {
  return parts.flatMap((part, index) => writePart(part, `${path}.content[${index}]`, writing))
}

function add(contents: Content[], role: Content['role'], parts: readonly WireObject[]): void {
  if (parts.length === 0) return
  const last = contents.at(-1)
  if (last?.role === role) last.parts.push(...parts)
  else contents.push({ role, parts: [...parts] })
}

function resultsFirst(content: Content): Content {
  const results = content.parts.filter((part) => 'functionResponse' in part)
  if (results.length === 0) return content
  return { ...content, parts: [...results, ...content.parts.filter((part) => !('functionResponse' in part))] }
}

/** Of calls made side by side, only the first one is signed. */
function withSignature(content: Content): Content {
  const first = content.parts.findIndex((part) => 'functionCall' in part)
  const call = content.parts[first]
  if (call === undefined || 'thoughtSignature' in call) return content
  const parts = content.parts.with(first, { ...call, thoughtSignature: signatureOfOthers })
  return { ...content, parts }
}
