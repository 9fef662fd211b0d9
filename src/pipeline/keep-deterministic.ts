// The deterministic contract: the same question has the same answer as far as a provider can promise it. Only deployments
// that take a seed and name one version for ever, all of them of the same version; what cannot be kept is refused before
// anything is sent.
import { NotDeterministic } from '../core/routing-errors.ts'
import { shown } from '../core/errors.ts'
import type { ModelRequest } from '../core/model-request.ts'
import type { Door } from '../dialects/doors.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Admitted } from './admit.ts'
import { leftOf } from './route.ts'
import type { Route } from './route.ts'

/** What the answer of such a call says. */
export interface Contract {
  /** The version that is asked. */
  readonly version: string
  /** A hash of what the system says: 16 hexadecimal digits, or `none`. */
  readonly systemPromptHash: string
}

export interface Kept extends Route {
  /** Undefined where nothing is answered that could differ. */
  readonly contract: Contract | undefined
}

const hashChars = 16
const deploymentsShownMax = 5

/**
 * The part of a route that keeps the contract. Throws NotDeterministic, and what is wrong in the request. `digest`: SHA-256
 * as hexadecimal digits.
 */
export function keepDeterministic(
  { deployments, plan, lastResort, demands }: Route,
  { request, door }: { readonly request: Admitted; readonly door: Door },
  digest: (text: string) => string,
): Kept {
  if (door.otherwise === 'estimate') return { deployments, plan, lastResort, demands, contract: undefined }
  const seedName = door.spoken === 'embeddings' ? undefined : door.codec.spell('seed')
  if (seedName === undefined) throw new NotDeterministic('model', noSeedHere(door.endpoint))
  const asked = door.codec.readRequest(request.parsed())
  if (asked.seed === undefined) {
    throw new NotDeterministic('seed', `A deterministic answer needs a seed. Send one as "${seedName}".`)
  }
  const lacks = deployments.map((deployment) => lackOf(deployment, asked, door))
  const able = deployments.filter((_, index) => lacks[index] === undefined)
  const same = able.filter(({ providerModel }) => providerModel === able[0]?.providerModel)
  const left = leftOf(deployments, same.map(losingNothing))
  if (left === undefined) throw new NotDeterministic('model', nobodyCan(request.model, deployments, lacks))
  return {
    deployments: left,
    // Whoever goes on with half an answer is asked another question.
    plan: { ...plan, onBreak: 'error', cannedMessage: undefined },
    // What answers when nobody else does is another version, or none at all.
    lastResort: undefined,
    demands,
    contract: { version: left[0].providerModel, systemPromptHash: hashOf(systemText(asked), digest) },
  }
}

/** Of a request that is translated for it nothing is left out, the seed and the temperature least of all. */
function losingNothing(deployment: Deployment): Deployment {
  return { ...deployment, onUnsupported: 'error' }
}

/** Why a deployment cannot keep it; undefined when it can. */
function lackOf(deployment: Deployment, asked: ModelRequest, { spoken }: Door): string | undefined {
  const { capabilities, drops, pinned, providerModel, speaks } = deployment
  if (!capabilities.seed || drops.includes('seed')) return 'takes no seed'
  if (!pinned) return `"${shown(providerModel)}" names no pinned version`
  if (asked.temperature === undefined) return undefined
  const isLost = speaks.has(spoken) ? drops.includes('temperature') : !capabilities.sampling
  return isLost ? 'takes no temperature' : undefined
}

function noSeedHere(endpoint: string): string {
  return `Requests to the ${endpoint} endpoint hold no seed, so their answers cannot be deterministic. Ask at POST /v1/chat/completions.`
}

function nobodyCan(
  model: string,
  deployments: readonly Deployment[],
  lacks: readonly (string | undefined)[],
): string {
  const reasons = deployments
    .slice(0, deploymentsShownMax)
    .map(({ name }, index) => `${shown(name)}: ${lacks[index] ?? ''}`)
  const more = deployments.length - reasons.length
  const rest = more > 0 ? `; and ${more} more` : ''
  return `No deployment of "${shown(model)}" can answer deterministically (${reasons.join('; ')}${rest}). Ask another model, or leave the header out.`
}

/** The texts of the system in their order, each on lines of its own. */
function systemText({ turns }: ModelRequest): string {
  return turns
    .filter(({ role }) => role === 'system')
    .flatMap(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : '')))
    .join('\n')
}

function hashOf(text: string, digest: (text: string) => string): string {
  return text === '' ? 'none' : digest(text).slice(0, hashChars)
}
