// A streamed answer of generateContent: each event is an answer of its own with one part, and the last of a candidate says
// why it ended. Nothing marks the end of the stream.
import type { AnswerPlan } from '../answer-plan.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { countsOf, finishOf, lastPartOf, partsOf } from './parts.ts'
import type { PlannedPart } from './parts.ts'

export function* candidateEvents(
  plan: AnswerPlan,
  writer: ChunkWriter = new ChunkWriter(plan),
): Generator<EventStep> {
  const all = plan.choices.map((choice) => partsOf(choice, plan))
  const longest = Math.max(0, ...all.map((parts) => parts.length))
  for (let at = 0; at < longest; at += 1) {
    for (const [index, parts] of all.entries()) {
      const part = parts[at]
      if (part !== undefined) yield writer.chunk(index, part)
    }
  }
  for (const [index, choice] of plan.choices.entries()) {
    const end = { part: lastPartOf(choice), tokens: 0, thoughtTokens: 0 }
    yield { ...writer.chunk(index, end, finishOf(choice, plan)), place: 'closing' }
  }
}

/** Keeps the running counts that every event shows. */
export class ChunkWriter {
  readonly #plan: AnswerPlan
  #tokens = 0
  #thoughtTokens = 0

  constructor(plan: AnswerPlan) {
    this.#plan = plan
  }

  /** One more event of text, for streams without an end. */
  more(word: string): EventStep {
    return this.chunk(0, { part: { text: word }, tokens: 1, thoughtTokens: 0 })
  }

  chunk(index: number, { part, tokens, thoughtTokens }: PlannedPart, finish: object = {}): EventStep {
    this.#tokens += tokens
    this.#thoughtTokens += thoughtTokens
    const counts = countsOf(this.#plan, { tokens: this.#tokens, thoughtTokens: this.#thoughtTokens })
    const chunk = {
      candidates: [{ content: { parts: [part], role: 'model' }, ...finish, index }],
      ...(counts === undefined ? {} : { usageMetadata: counts.json }),
      modelVersion: this.#plan.model,
      responseId: this.#plan.id,
    }
    const text = printed(JSON.stringify(chunk), this.#plan.script)
    return { kind: 'event', text, tokens, ...(counts === undefined ? {} : { usage: counts.sent }) }
  }
}
