// GET /ready: should a load balancer send calls here? No while the process drains. Under pressure it still answers the
// calls that matter, so it says so and stays in: with everybody as busy, nobody would be left. So it does while its
// database or what a fleet has in common is away, but for a gateway that has never seen who may call.
import type { Route } from '../router.ts'

export const ready: Route = {
  method: 'GET',
  path: '/ready',
  access: 'anybody',
  answer: ({ edge }) => {
    if (edge.isDraining()) return Response.json({ status: 'draining' }, { status: 503 })
    const { overload, keyStanding, shared } = edge.parts
    if (!keyStanding.isLoaded) return Response.json({ status: 'starting' }, { status: 503 })
    const isWell = overload.level === 'calm' && !keyStanding.isTroubled && shared?.isLocal !== true
    return Response.json({ status: isWell ? 'ready' : 'degraded' })
  },
}
