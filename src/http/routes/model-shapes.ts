// A model's entry in the lists of three dialects. When a model came out is not known here, so it is the epoch. Lists
// stay lean; who asks for one model is told what it stands for and what it can do, in a member of our own.
import { capabilitiesAsJson, inCommon } from '../../core/capabilities.ts'
import type { Capabilities } from '../../core/capabilities.ts'

/** A name that can be called, and whose it is. */
export interface ListedModel {
  readonly name: string
  readonly ownedBy: string
}

/** What a name stands for: at least one deployment. */
export type ShownDeployments = readonly [ShownDeployment, ...ShownDeployment[]]

export interface ShownDeployment {
  readonly name: string
  readonly dialect: string
  readonly capabilities: Capabilities
  readonly measuredAt?: string
}

export function openaiModel({ name, ownedBy }: ListedModel): object {
  return { id: name, object: 'model', created: 0, owned_by: ownedBy }
}

/** `limits` are known of one model; a list leaves them null, as it may. */
export function anthropicModel({ name }: ListedModel, limits?: Capabilities): object {
  return {
    type: 'model',
    id: name,
    display_name: name,
    created_at: '1970-01-01T00:00:00Z',
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
    line: null,
    capabilities: null,
    max_input_tokens: limits?.contextTokens ?? null,
    max_tokens: limits?.outputTokens ?? null,
  }
}

export function geminiModelEntry({ name }: ListedModel, limits?: Capabilities): object {
  return {
    name: `models/${name}`,
    version: '',
    displayName: name,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
    ...(limits?.contextTokens === undefined ? {} : { inputTokenLimit: limits.contextTokens }),
    ...(limits?.outputTokens === undefined ? {} : { outputTokenLimit: limits.outputTokens }),
    ...(limits === undefined ? {} : { thinking: limits.reasoning }),
  }
}

/** What all deployments of a model can do. */
export function commonCapabilities([first, ...rest]: ShownDeployments): Capabilities {
  return inCommon([first.capabilities, ...rest.map(({ capabilities }) => capabilities)])
}

/** The member of our own: the deployments in their order, and what they have in common. */
export function ownMember(deployments: ShownDeployments): object {
  return {
    deployments: deployments.map(({ name, dialect, capabilities, measuredAt }) => ({
      name,
      dialect,
      capabilities: capabilitiesAsJson(capabilities),
      ...(measuredAt !== undefined && { measured_at: measuredAt }),
    })),
    capabilities: capabilitiesAsJson(commonCapabilities(deployments)),
  }
}
