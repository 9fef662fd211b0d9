// The request that asks another deployment to go on with an answer: the same conversation with what the client has of
// the answer behind it. Where the model cannot begin with given words, it is asked in words. No system text is added.
import type { ModelRequest, Turn } from '../../core/model-request.ts'
import type { AskedBy } from './join-texts.ts'

/** What is gone on with. */
export interface BrokenAnswer {
  readonly text: string
  /** Estimated. */
  readonly tokens: number
}

/** Some providers refuse a smaller bound. */
const tokensMin = 16
/** Words to begin with that are no coincidence. */
const anchorChars = 48

export function askToGoOn(asked: ModelRequest, soFar: BrokenAnswer, askedBy: AskedBy): ModelRequest {
  // A model that begins with given words may not think before it, and thoughts have no place behind a text.
  const { reasoning: _reasoning, maxTokens, prediction: _prediction, ...kept } = asked
  const isPrefill = askedBy === 'prefill'
  const turns = withAnswer(asked.turns, isPrefill ? soFar.text.trimEnd() : soFar.text)
  return {
    ...kept,
    stream: true,
    turns: isPrefill ? turns : [...turns, textTurn('user', requestToGoOn(soFar.text))],
    ...(maxTokens !== undefined && { maxTokens: Math.max(maxTokens - soFar.tokens, tokensMin) }),
  }
}

/** A client may have begun the answer itself. */
function withAnswer(turns: readonly Turn[], text: string): readonly Turn[] {
  const last = turns.at(-1)
  const part = last?.parts.at(-1)
  if (last?.role !== 'assistant' || part?.kind !== 'text') return [...turns, textTurn('assistant', text)]
  const parts = [...last.parts.slice(0, -1), { ...part, text: part.text + text }]
  return [...turns.slice(0, -1), { ...last, parts }]
}

function textTurn(role: Turn['role'], text: string): Turn {
  return { role, parts: [{ kind: 'text', text }] }
}

/** Words that are said again are where the two texts join. */
function requestToGoOn(text: string): string {
  return `Your last message broke off in the middle. Write the rest of it. Begin by repeating its last words exactly as they are, which are:

${lastWords(text)}

Go on from there, as if it had never broken off. Repeat nothing else, and say nothing about this.`
}

function lastWords(text: string): string {
  const end = text.trimEnd().slice(-anchorChars)
  const firstSpace = end.search(/\s/u)
  const isWithinWord =
    firstSpace !== -1 && firstSpace < anchorChars / 2 && text.trimEnd().length > anchorChars
  return isWithinWord ? end.slice(firstSpace + 1) : end
}
