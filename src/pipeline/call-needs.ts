// What a request needs of the one who answers it, and who has it. What is known of deployments may be wrong, so nobody is
// left out when nobody would be left: then the provider's own refusal says more than ours could.
import type { Ability } from '../core/capabilities.ts'
import type { ModelRequest, Part } from '../core/model-request.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Narrowing } from '../routing/narrowing/narrowing.ts'
import { partsOf } from './facts-of-call.ts'

/** Without these the answer would be another one. */
const hardAbilities = ['tools', 'vision', 'files', 'audio'] as const satisfies readonly Ability[]
/**
 * Without these something of the request is lost, and named; whoever has them is asked first. Sampling is not among them:
 * many clients send a temperature to everybody and mean nothing by it.
 */
const softAbilities = [
  'jsonSchema',
  'choices',
  'logprobs',
  'seed',
  'reasoning',
] as const satisfies readonly Ability[]

type HardAbility = (typeof hardAbilities)[number]

export interface Able {
  readonly deployments: readonly Deployment[]
  /** What those who were left out lack, in the words of the config. */
  readonly lacking: readonly string[]
  /** Names of those who would lose something. */
  readonly lossy: ReadonlySet<string>
}

/** Who can take a request. */
export function ableTo(
  asked: ModelRequest,
  deployments: readonly Deployment[],
  { narrowing, inputTokens }: { readonly narrowing: Narrowing; readonly inputTokens: number },
): Able {
  const { differing, contextsDiffer } = narrowing
  const hard = hardAbilities.filter((ability) => differing.has(ability) && needs(asked, ability))
  const soft = softAbilities.filter((ability) => differing.has(ability) && wants(asked, ability))
  const strict = differing.has('sampling') && wants(asked, 'sampling') ? [...soft, 'sampling' as const] : soft
  const tokens = contextsDiffer ? inputTokens + (asked.maxTokens ?? 0) : 0
  const lackedBy = (deployment: Deployment): readonly string[] => {
    const { capabilities, onUnsupported } = deployment
    const needed = onUnsupported === 'error' ? [...hard, ...strict] : hard
    const lacked = needed
      .filter((ability) => !capabilities[ability])
      .map((ability) => spelled[ability] ?? ability)
    return tokens > (capabilities.contextTokens ?? Infinity) ? [...lacked, 'context'] : lacked
  }
  const lacks = deployments.map(lackedBy)
  const able = deployments.filter((_, index) => lacks[index]?.length === 0)
  const isNarrowed = able.length > 0 && able.length < deployments.length
  const left = isNarrowed ? able : deployments
  const lossy = left.filter(({ capabilities }) => soft.some((ability) => !capabilities[ability]))
  return {
    deployments: left,
    lacking: isNarrowed ? [...new Set(lacks.flat())] : [],
    lossy: new Set(lossy.map(({ name }) => name)),
  }
}

const spelled: Readonly<Partial<Record<Ability, string>>> = { jsonSchema: 'json_schema', choices: 'n' }

const kindsFor: Readonly<Record<Exclude<HardAbility, 'tools'>, Part['kind']>> = {
  vision: 'image',
  files: 'file',
  audio: 'audio',
}

function needs(asked: ModelRequest, ability: HardAbility): boolean {
  if (ability === 'tools') return (asked.tools?.length ?? 0) > 0 && asked.toolChoice?.kind !== 'none'
  const kind = kindsFor[ability]
  return partsOf(asked).some((part) => part.kind === kind)
}

function wants(asked: ModelRequest, ability: (typeof softAbilities)[number] | 'sampling'): boolean {
  switch (ability) {
    case 'jsonSchema':
      return asked.format?.kind === 'schema'
    case 'choices':
      return (asked.choices ?? 1) > 1
    case 'logprobs':
      return asked.logprobs === true || asked.topLogprobs !== undefined
    case 'seed':
      return asked.seed !== undefined
    case 'reasoning':
      return asked.reasoning !== undefined && asked.reasoning.effort !== 'none'
    case 'sampling':
      return [asked.temperature, asked.topP, asked.topK, asked.minP].some((value) => value !== undefined)
  }
}
