// A request, cut to what a deployment's model can do, before it is written for it. What is taken out is named: nothing is
// dropped without a word. Pictures, documents and recordings stay, because a question without them is another question;
// the provider says that it cannot look at them.
import { abilities } from '../core/capabilities.ts'
import type { Ability, Capabilities } from '../core/capabilities.ts'
import type { ModelRequest, Setting } from '../core/model-request.ts'
import type { Dropped } from '../dialects/dialect.ts'

export interface FittingRequest {
  readonly request: ModelRequest
  readonly dropped: readonly Dropped[]
}

/** The settings that an ability is asked for by. */
const settingsOf: Readonly<Partial<Record<Ability, readonly Setting[]>>> = {
  tools: ['tools', 'toolChoice', 'parallelTools'],
  reasoning: ['reasoning'],
  sampling: ['temperature', 'topP', 'topK', 'minP'],
  logprobs: ['logprobs', 'topLogprobs'],
  choices: ['choices'],
  seed: ['seed'],
}

/** The request as a deployment with these capabilities can be sent it. */
export function applyCapabilities(request: ModelRequest, capabilities: Capabilities): FittingRequest {
  const lost = abilities
    .filter((ability) => !capabilities[ability])
    .flatMap((ability) => settingsOf[ability] ?? [])
    .filter((setting) => isAsked(request, setting))
  if (lost.length === 0) return { request, dropped: [] }
  const kept: { -readonly [Name in keyof ModelRequest]: ModelRequest[Name] } = { ...request }
  for (const setting of lost) delete kept[setting]
  return { request: kept, dropped: lost.map((setting) => ({ setting })) }
}

/** One answer is what everybody gives, and the absence of tools, thoughts or probabilities nobody lacks. */
function isAsked(request: ModelRequest, setting: Setting): boolean {
  const value = request[setting]
  if (setting === 'choices') return request.choices !== undefined && request.choices > 1
  if (setting === 'tools') return request.tools !== undefined && request.tools.length > 0
  if (setting === 'reasoning') return request.reasoning !== undefined && request.reasoning.effort !== 'none'
  return value !== undefined && value !== false
}
