// The admin API's view of deployments: how each stands and why, what it has measured, and the two things that an operator
// may do about it by hand. Names of members are a contract: they are added to and never changed.
import { DeploymentNotFound } from '../../core/admin-errors.ts'
import { InvalidValue, MethodNotAllowed } from '../../core/errors.ts'
import type { Route, RouteRequest } from '../router.ts'
import { describeDeployments, idOf, nameOf } from './described-deployment.ts'
import type { DescribedDeployment } from './described-deployment.ts'
import { listPage } from './list-page.ts'
import { mergeDeployments } from './merge-deployments.ts'
import type { WriteAct } from './written-acts.ts'
import type { SeeDeployments, SeenDeployment } from './seen-deployments.ts'

const place = '/admin/v1/deployments'
const access = { scope: 'admin' } as const

/** The deployments as other processes of this gateway know them. */
export interface OtherDeployments {
  described(): Promise<readonly (readonly DescribedDeployment[])[]>
  /** Does it there, too; resolves with how many they have found. */
  act(act: DeploymentAct): Promise<number>
}

export interface DeploymentAct {
  /** Every account of a deployment, or the one that an id names. */
  readonly name: string
  readonly action: 'restore' | 'eject'
  readonly forMs: number
}

/** All routes about deployments. */
export function deploymentRoutes(
  see: SeeDeployments,
  write: WriteAct,
  others?: OtherDeployments,
): readonly Route[] {
  const seeAll = async ({ edge }: RouteRequest): Promise<readonly DescribedDeployment[]> => {
    const own = describeDeployments(see(), edge.parts.clock)
    return others === undefined ? own : mergeDeployments([own, ...(await others.described())])
  }
  return [
    {
      method: 'GET',
      path: place,
      access,
      answer: async (asked) => Response.json(listPage(await seeAll(asked), queryOf(asked))),
    },
    {
      method: 'GET',
      path: `${place}/*`,
      access,
      answer: async (asked) => pageOf(asked.rest, await seeAll(asked)),
    },
    {
      method: 'POST',
      path: `${place}/*`,
      access,
      answer: async (asked) => {
        const act = actIn(asked)
        const nowMs = asked.edge.parts.clock.nowMs()
        const before = (await seeAll(asked)).filter((seen) => isNamed(seen, act.name))
        if (before.length === 0) throw new DeploymentNotFound(act.name)
        await write(asked, {
          action: `deployment.${act.action}`,
          subject: act.name,
          before: { states: Object.fromEntries(before.map(({ id, state }) => [id, state])) },
          after: act.action === 'eject' ? { seconds: act.forMs / 1_000 } : null,
        })
        applyAct(act, see(), nowMs)
        // Whoever waits for a place may have one now.
        if (act.action === 'restore') asked.edge.world.pipeline.lines.freed(nowMs)
        await others?.act(act)
        return pageOf(act.name, await seeAll(asked))
      },
    },
  ]
}

/** Throws DeploymentNotFound, MethodNotAllowed or InvalidValue. */
function actIn(asked: RouteRequest): DeploymentAct {
  if (asked.rest === '') throw new MethodNotAllowed(place, 'GET')
  const cut = asked.rest.lastIndexOf('/')
  const [name, action] = [asked.rest.slice(0, Math.max(0, cut)), asked.rest.slice(cut + 1)]
  switch (action) {
    case 'restore':
      return { name, action, forMs: 0 }
    case 'eject':
      return { name, action, forMs: ejectionMs(queryOf(asked)) }
    default:
      throw new DeploymentNotFound(asked.rest)
  }
}

/** Does it to those that this process knows, and gives them. */
export function applyAct(
  { name, action, forMs }: DeploymentAct,
  all: readonly SeenDeployment[],
  nowMs: number,
): readonly SeenDeployment[] {
  const found = all.filter((seen) => nameOf(seen) === name || idOf(seen) === name)
  for (const { health } of found) {
    if (action === 'restore') health.restore(nowMs)
    else health.eject(nowMs, 'operator', forMs)
  }
  return found
}

const ejectionUnaskedSeconds = 600
const ejectionMaxSeconds = 86_400

function ejectionMs(query: URLSearchParams): number {
  const written = query.get('seconds')
  if (written === null) return ejectionUnaskedSeconds * 1_000
  const seconds = /^[1-9]\d{0,4}$/.test(written) ? Number(written) : 0
  if (seconds < 1 || seconds > ejectionMaxSeconds) {
    throw new InvalidValue('seconds', `must be a whole number from 1 to ${ejectionMaxSeconds}`)
  }
  return seconds * 1_000
}

/** By `provider/model`, which every account of it has, or by the id of one. */
function isNamed({ id, provider, model }: DescribedDeployment, name: string): boolean {
  return id === name || `${provider}/${model}` === name
}

function pageOf(name: string, all: readonly DescribedDeployment[]): Response {
  const found = all.filter((seen) => isNamed(seen, name))
  if (found.length === 0) throw new DeploymentNotFound(name)
  return Response.json(listPage(found, new URLSearchParams()))
}

function queryOf({ request }: RouteRequest): URLSearchParams {
  return new URL(request.url).searchParams
}
