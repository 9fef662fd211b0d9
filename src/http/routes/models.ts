// What this key may call, and what one name stands for: GET /v1/models(/{name}) in the shape that the client's own API
// has, and GET /v1beta/models(/{name}) in Gemini's.
import { InvalidValue, ModelNotFound } from '../../core/errors.ts'
import { stageOf } from '../../core/life.ts'
import type { Life } from '../../core/life.ts'
import type { Capabilities } from '../../core/capabilities.ts'
import { mayCall } from '../../keys/allows-model.ts'
import type { HealthRegistry } from '../../routing/health/health-registry.ts'
import { isGoogles } from '../google-key.ts'
import type { Route, RouteRequest } from '../router.ts'
import { performanceOf } from './model-performance.ts'
import type { MeasuredPlace } from './model-performance.ts'
import {
  anthropicModel,
  commonCapabilities,
  geminiModelEntry,
  openaiModel,
  ownMember,
} from './model-shapes.ts'
import type { ListedModel, ModelEnd, ShownDeployment, ShownDeployments } from './model-shapes.ts'

/** The list, and one of it, at the path of OpenAI's and Anthropic's clients, which Google's newer ones take too. */
export const models = listAt('/v1/models')
export function model(health: HealthRegistry): Route {
  const one = oneAt('/v1/models/*')
  return {
    ...one,
    answer: (asked) => {
      if (!asked.rest.endsWith(speedSuffix)) return one.answer(asked)
      const named = { ...asked, rest: asked.rest.slice(0, -speedSuffix.length) }
      const { listed, places } = found(named)
      const nowMs = asked.edge.parts.clock.nowMs()
      return Response.json(performanceOf(listed.name, places, { health, nowMs }))
    },
  }
}

const speedSuffix = '/performance'

/** The same where all of Google's clients may look. */
export const geminiModels = listAt('/v1beta/models')
export const geminiModel = oneAt('/v1beta/models/*')

function listAt(path: string): Route {
  return {
    method: 'GET',
    path,
    access: { scope: 'models' },
    answer: (asked) => Response.json(pages[shapeFor(asked.request)](visible(asked), queryOf(asked))),
  }
}

function oneAt(path: string): Route {
  return {
    method: 'GET',
    path,
    access: { scope: 'models' },
    answer: (asked) => {
      const { listed, deployments, retired } = found(asked)
      const entry = entries[shapeFor(asked.request)](listed, commonCapabilities(deployments))
      const own = ownMember({ deployments, retired }, listed.end)
      return Response.json({ ...entry, sallyport: own })
    },
  }
}

type Shape = 'openai-chat' | 'anthropic-messages' | 'gemini'

const entries: Readonly<Record<Shape, (listed: ListedModel, limits: Capabilities) => object>> = {
  'openai-chat': openaiModel,
  'anthropic-messages': anthropicModel,
  gemini: geminiModelEntry,
}

const pages: Readonly<Record<Shape, (all: readonly ListedModel[], query: URLSearchParams) => object>> = {
  'openai-chat': (all) => ({ object: 'list', data: all.map(openaiModel) }),
  'anthropic-messages': anthropicPage,
  gemini: geminiPage,
}

/** Whose client asks: each sends a header of its own. */
function shapeFor(request: Request): Shape {
  if (isGoogles(request)) return 'gemini'
  return request.headers.has('anthropic-version') ? 'anthropic-messages' : 'openai-chat'
}

function queryOf({ request }: RouteRequest): URLSearchParams {
  return new URL(request.url).searchParams
}

function visible({ edge, caller }: RouteRequest): readonly ListedModel[] {
  const { clock, directory } = edge.world.pipeline
  return directory
    .list()
    .filter(({ name }) => caller === undefined || mayCall(caller, name))
    .map(({ name, ownedBy, life }) => ({ name, ownedBy, end: endOf(life, clock.wallMs()) }))
}

function endOf(life: Life | undefined, wallMs: number): ModelEnd | undefined {
  return life === undefined ? undefined : { ...life, stage: stageOf(life, wallMs) }
}

interface FoundDeployment extends Omit<ShownDeployment, 'end' | 'reported'> {
  readonly life: Life | undefined
}

interface FoundModel {
  readonly listed: ListedModel
  readonly deployments: ShownDeployments
  /** Where it is had, for those who measure. */
  readonly places: readonly MeasuredPlace[]
  /** Not asked any more. */
  readonly retired: readonly ShownDeployment[]
}

function found({ edge, caller, rest: name }: RouteRequest): FoundModel {
  const { clock, directory } = edge.world.pipeline
  const lookup = caller === undefined || mayCall(caller, name) ? directory.find(name) : undefined
  if (lookup?.kind === 'found' || lookup?.kind === 'retired') {
    const wallMs = clock.wallMs()
    const shownAs = ({ life, ...deployment }: FoundDeployment): ShownDeployment => ({
      ...deployment,
      end: endOf(life, wallMs),
      reported: directory.reported(deployment.name),
    })
    const [first, ...rest] = lookup.kind === 'found' ? lookup.deployments : lookup.retired
    return {
      listed: { name, ownedBy: first.provider, end: endOf(directory.lifeOf(name), wallMs) },
      deployments: [shownAs(first), ...rest.map(shownAs)],
      places:
        lookup.kind === 'found' ? lookup.deployments.flatMap<MeasuredPlace>((one) => one.keys ?? [one]) : [],
      retired: lookup.kind === 'found' ? lookup.retired.map(shownAs) : [],
    }
  }
  throw new ModelNotFound(lookup?.sentence ?? `There is no model "${name.slice(0, 120)}" for this key.`)
}

const pageMax = 1_000

/** Anthropic's own pages hold 20; a client that says nothing gets all, in one page. */
function anthropicPage(all: readonly ListedModel[], query: URLSearchParams): object {
  const limit = pageSize(query, 'limit', pageMax)
  const [after, before] = [query.get('after_id'), query.get('before_id')]
  const from = after === null ? 0 : all.findIndex(({ name }) => name === after) + 1
  const to = before === null ? all.length : Math.max(0, placeOf(before, all))
  // A page before something ends there; any other begins where it was told to.
  const start = before !== null && after === null ? Math.max(from, to - limit) : from
  const page = all.slice(start, Math.min(to, start + limit))
  return {
    data: page.map((entry) => anthropicModel(entry)),
    first_id: page[0]?.name ?? null,
    last_id: page.at(-1)?.name ?? null,
    has_more: before !== null && after === null ? start > 0 : start + page.length < to,
  }
}

function placeOf(name: string, all: readonly ListedModel[]): number {
  return all.findIndex((entry) => entry.name === name)
}

/** Gemini's pages hold 50 where nothing is said; the token of the next one is where it begins. */
function geminiPage(all: readonly ListedModel[], query: URLSearchParams): object {
  const size = pageSize(query, 'pageSize', 50)
  const token = query.get('pageToken') ?? '0'
  if (!/^\d{1,6}$/.test(token)) throw new InvalidValue('pageToken', 'this is no token of a page from here')
  const start = Number(token)
  const end = start + size
  return {
    models: all.slice(start, end).map((entry) => geminiModelEntry(entry)),
    ...(end < all.length ? { nextPageToken: String(end) } : {}),
  }
}

function pageSize(query: URLSearchParams, name: string, fallback: number): number {
  const written = query.get(name)
  if (written === null) return fallback
  const size = /^\d{1,6}$/.test(written) ? Number(written) : 0
  if (size < 1) throw new InvalidValue(name, `write a whole number from 1 to ${pageMax}`)
  return Math.min(size, pageMax)
}
