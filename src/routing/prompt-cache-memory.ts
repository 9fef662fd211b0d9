// Which deployment has seen the beginning of a prompt lately, and so probably still has it in its prompt cache. Hashes
// and counts only, nothing of any prompt. A wrong guess costs nothing but a choice that was as good as any.
import type { Usage, UsageSource } from '../core/usage.ts'
import { promptPrefix } from './prompt-prefix.ts'
import type { PromptPrefix } from './prompt-prefix.ts'

/** How long providers keep what is not asked for: five minutes at least. */
const keptMs = 5 * 60_000
const entriesMax = 10_000

interface Seen {
  readonly deployment: string
  readonly tokens: number
  readonly untilMs: number
}

/** A call whose answer is worth remembering. */
export interface RecalledPrompt {
  /** Names of deployments, with the tokens of this prompt that each probably has; undefined when nobody has any. */
  readonly cachedOn: ReadonlyMap<string, number> | undefined
  /** This deployment has answered, and so it has seen the prompt. */
  answeredBy(deployment: string, counted: Counted, nowMs: number): void
}

export interface Counted {
  readonly usage: Usage
  readonly usageSource: UsageSource
}

export class PromptCacheMemory {
  /** The least recently seen first. */
  readonly #seen = new Map<number, Seen>()

  get size(): number {
    return this.#seen.size
  }

  /** Undefined for a prompt that is too short for any cache. `whose`: the tenant and the model. */
  recall(body: Uint8Array, whose: string, nowMs: number): RecalledPrompt | undefined {
    const prefix = promptPrefix(body, whose)
    if (prefix === undefined) return undefined
    const known = this.#longest(prefix, nowMs)
    return {
      cachedOn: known && new Map([[known.deployment, known.tokens]]),
      answeredBy: (deployment, counted, laterMs) => {
        // Somebody who was thought to have it, and counted nothing, does not keep prompts, or was not asked to.
        const wasWrong =
          known?.deployment === deployment &&
          counted.usageSource === 'final' &&
          counted.usage.cachedInputTokens === 0
        const tokens = wasWrong ? 0 : counted.usage.inputTokens
        this.#remember(prefix, { deployment, tokens, untilMs: laterMs + keptMs })
      },
    }
  }

  #longest({ hashes }: PromptPrefix, nowMs: number): Seen | undefined {
    for (let index = hashes.length - 1; index >= 0; index--) {
      const hash = hashes[index] ?? 0
      const seen = this.#seen.get(hash)
      if (seen === undefined) continue
      if (seen.untilMs > nowMs) return seen
      this.#seen.delete(hash)
    }
    return undefined
  }

  /** Whoever comes back with all that was hashed probably goes on with the whole prompt; else it is only that part. */
  #remember({ hashes, marks, bytes }: PromptPrefix, { tokens, ...seen }: Seen): void {
    const last = hashes.length - 1
    for (const [index, hash] of hashes.entries()) {
      const part = index === last ? 1 : (marks[index] ?? 0) / bytes
      this.#seen.delete(hash)
      this.#seen.set(hash, { ...seen, tokens: Math.round(tokens * part) })
    }
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= entriesMax) return
      this.#seen.delete(oldest)
    }
  }
}
