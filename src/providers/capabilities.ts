// What a deployment can do: what its dialects can express, less what the provider lacks, as far as its model is known
// to be able to, and at last what the config says. What is not known is taken for possible: a provider's refusal says
// more than a guess of ours.
import { abilities } from '../core/capabilities.ts'
import type { Ability, Capabilities, ThinkingStyle } from '../core/capabilities.ts'
import type { DialectName } from '../core/model-request.ts'
import { findFacts } from './model-facts/find-facts.ts'
import type { ModelFacts } from './model-facts/find-facts.ts'
import type { Provider } from './provider.ts'

/** What the config says of a deployment. */
export type CapabilityOverrides = Readonly<Partial<Capabilities>>

/** What no dialect of a kind can carry, whatever the model could do. */
const inexpressible: Readonly<Record<DialectName, readonly Ability[]>> = {
  'openai-chat': [],
  'openai-responses': ['choices', 'seed'],
  'anthropic-messages': ['audio', 'logprobs', 'choices', 'seed'],
  gemini: [],
  ollama: ['files', 'audio', 'choices'],
}

const unknown: ModelFacts = {
  abilities: {},
  contextTokens: undefined,
  outputTokens: undefined,
  thinksByBudget: undefined,
}

/** The capabilities of `providerModel` at `provider`. Cheap: two look-ups and ten comparisons. */
export function capabilitiesOf(
  provider: Pick<Provider, 'dialect' | 'paths' | 'quirks' | 'factsName'>,
  providerModel: string,
  overrides: CapabilityOverrides = {},
): Capabilities {
  const { dialect, paths, quirks, factsName } = provider
  const facts = (factsName === undefined ? undefined : findFacts(factsName, providerModel)) ?? unknown
  const spoken = Object.keys(paths.answers) as DialectName[]
  const can = (ability: Ability): boolean =>
    facts.abilities[ability] !== false &&
    quirks.lacks?.includes(ability) !== true &&
    spoken.some((name) => !inexpressible[name].includes(ability))
  const able = Object.fromEntries(abilities.map((ability) => [ability, can(ability)])) as Record<
    Ability,
    boolean
  >
  return {
    ...able,
    contextTokens: facts.contextTokens,
    outputTokens: facts.outputTokens,
    thinking: dialect === 'anthropic-messages' ? styleOf(facts) : undefined,
    ...overrides,
  }
}

/** Other dialects have one way to say it. */
function styleOf({ thinksByBudget }: ModelFacts): ThinkingStyle | undefined {
  if (thinksByBudget === undefined) return undefined
  return thinksByBudget ? 'budget' : 'adaptive'
}
