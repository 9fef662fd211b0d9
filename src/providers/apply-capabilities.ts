// A request, cut to what a deployment's model can do, before it is written for it. What is taken out is named: nothing is
// dropped without a word. Pictures, documents and recordings stay, because a question without them is another question;
// the provider says that it cannot look at them.
import type { Ability, Capabilities, ThinkingStyle } from '../core/capabilities.ts'
import type { DialectName, ModelRequest, Reasoning, Setting } from '../core/model-request.ts'
import type { Dropped } from '../dialects/dialect.ts'

export interface FittingRequest {
  readonly request: ModelRequest
  readonly dropped: readonly Dropped[]
}

/** The settings that an ability is asked for by. */
const settingsOf: Readonly<Partial<Record<Ability, readonly (Setting & keyof ModelRequest)[]>>> = {
  tools: ['tools', 'toolChoice', 'parallelTools'],
  reasoning: ['reasoning'],
  sampling: ['temperature', 'topP', 'topK', 'minP'],
  logprobs: ['logprobs', 'topLogprobs'],
  choices: ['choices'],
  seed: ['seed'],
}

/** The request as a deployment with these capabilities can be sent it in `dialect`. */
export function applyCapabilities(
  request: ModelRequest,
  capabilities: Capabilities,
  dialect: DialectName,
): FittingRequest {
  const lost = lostSettings(request, capabilities)
  const fitting = lost.length === 0 ? request : without(request, lost)
  const { reasoning } = fitting
  const styled =
    reasoning === undefined || dialect !== 'anthropic-messages'
      ? fitting
      : { ...fitting, reasoning: inStyle(reasoning, capabilities.thinking) }
  return { request: styled, dropped: lost.map((setting) => ({ setting })) }
}

function lostSettings(request: ModelRequest, capabilities: Capabilities): (Setting & keyof ModelRequest)[] {
  return Object.entries(settingsOf)
    .filter(([ability]) => !capabilities[ability as Ability])
    .flatMap(([, settings]) => settings)
    .filter((setting) => isAsked(request, setting))
}

/** One answer is what everybody gives, and the absence of tools, thoughts or probabilities nobody lacks. */
function isAsked(request: ModelRequest, setting: keyof ModelRequest): boolean {
  const value = request[setting]
  if (setting === 'choices') return request.choices !== undefined && request.choices > 1
  if (setting === 'tools') return request.tools !== undefined && request.tools.length > 0
  if (setting === 'reasoning') return request.reasoning !== undefined && request.reasoning.effort !== 'none'
  return value !== undefined && value !== false
}

function without(request: ModelRequest, lost: readonly (keyof ModelRequest)[]): ModelRequest {
  const kept = { ...request } as Record<string, unknown>
  for (const setting of lost) delete kept[setting]
  return kept as unknown as ModelRequest
}

/** Tokens to think for an effort, and the effort that a number of tokens comes to. */
const budgets: readonly (readonly [effort: string, tokens: number])[] = [
  ['minimal', 1_024],
  ['low', 4_096],
  ['medium', 16_384],
  ['high', 32_768],
  ['xhigh', 49_152],
  ['max', 65_536],
]
const mediumTokens = 16_384

/** How hard to think, in the words that the model's time has for it. */
function inStyle(reasoning: Reasoning, style: ThinkingStyle): Reasoning {
  const { effort, budgetTokens, ...shown } = reasoning
  if (effort === 'none' || budgetTokens === 0) return reasoning
  if (style === 'budget') {
    const tokens = budgets.find(([name]) => name === effort)?.[1] ?? mediumTokens
    return { ...shown, budgetTokens: budgetTokens === undefined || budgetTokens < 0 ? tokens : budgetTokens }
  }
  if (budgetTokens === undefined) return reasoning
  // A negative budget leaves it to the model, as Gemini's clients write it.
  const named = budgets.find(([, tokens]) => budgetTokens <= tokens)?.[0] ?? 'max'
  return { ...shown, effort: effort ?? (budgetTokens < 0 ? 'adaptive' : named) }
}
