// A model's entry in the lists of three dialects. When a model came out is not known here, so it is the epoch. Lists
// stay lean; who asks for one model is told what it stands for and what it can do, in a member of our own.
import { capabilitiesAsJson, inCommon } from '../../core/capabilities.ts'
import type { Capabilities } from '../../core/capabilities.ts'
import { dayText } from '../../core/life.ts'
import type { Life, LifeStage } from '../../core/life.ts'

/** A name that can be called, and whose it is. */
export interface ListedModel {
  readonly name: string
  readonly ownedBy: string
  /** Undefined while no end of it is known. */
  readonly end: ModelEnd | undefined
}

/** How far something is on its way out. */
export interface ModelEnd extends Pick<Life, 'deprecatedMs' | 'retiresMs' | 'replacedBy'> {
  readonly stage: LifeStage
}

/** What a name stands for: at least one deployment. */
export type ShownDeployments = readonly [ShownDeployment, ...ShownDeployment[]]

export interface ShownDeployment {
  readonly name: string
  readonly dialect: string
  readonly capabilities: Capabilities
  readonly measuredAt?: string
  readonly end: ModelEnd | undefined
  /** The model that its answers say they are from; undefined before the first. */
  readonly reported: { readonly model: string; readonly sinceMs: number } | undefined
}

export function openaiModel({ name, ownedBy }: ListedModel): object {
  return { id: name, object: 'model', created: 0, owned_by: ownedBy }
}

/** `limits` are known of one model; a list leaves them null, as it may. */
export function anthropicModel({ name, end }: ListedModel, limits?: Capabilities): object {
  return {
    type: 'model',
    id: name,
    display_name: name,
    created_at: '1970-01-01T00:00:00Z',
    lifecycle: end?.stage ?? 'active',
    deprecated_at: timeText(end?.deprecatedMs) ?? null,
    retires_at: timeText(end?.retiresMs) ?? null,
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

/** The member of our own: the deployments in their order, what they have in common, and which are not asked any more. */
export function ownMember(
  shown: { readonly deployments: ShownDeployments; readonly retired: readonly ShownDeployment[] },
  end: ModelEnd | undefined,
): object {
  const { deployments, retired } = shown
  return {
    ...endMembers(end),
    deployments: deployments.map(deploymentEntry),
    ...(retired.length === 0 ? {} : { retired_deployments: retired.map(deploymentEntry) }),
    capabilities: capabilitiesAsJson(commonCapabilities(deployments)),
  }
}

function deploymentEntry(deployment: ShownDeployment): object {
  const { name, dialect, capabilities, measuredAt, end, reported } = deployment
  return {
    name,
    dialect,
    ...endMembers(end),
    ...(reported === undefined ? {} : { reported_model: reported.model, since: timeText(reported.sinceMs) }),
    capabilities: capabilitiesAsJson(capabilities),
    ...(measuredAt === undefined ? {} : { measured_at: measuredAt }),
  }
}

function endMembers(end: ModelEnd | undefined): object {
  if (end === undefined) return {}
  const { stage, deprecatedMs, retiresMs, replacedBy } = end
  return {
    lifecycle: stage,
    ...(deprecatedMs === undefined ? {} : { deprecated: dayText(deprecatedMs) }),
    ...(retiresMs === undefined ? {} : { retires: dayText(retiresMs) }),
    ...(replacedBy === undefined ? {} : { replaced_by: replacedBy }),
  }
}

function timeText(wallMs: number | undefined): string | undefined {
  return wallMs === undefined ? undefined : new Date(wallMs).toISOString()
}
