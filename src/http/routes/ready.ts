// GET /ready: should a load balancer send calls here? No while the process drains. Under pressure it still answers the
// calls that matter, so it says so and stays in: with everybody as busy, nobody would be left. So it does while its
// database is away, but for a gateway that has never seen who may call.
import type { Route } from '../router.ts'

export const ready: Route = {
  method: 'GET',
  path: '/ready',
  access: 'anybody',
  answer: ({ edge }) => {
    if (edge.isDraining()) return Response.json({ status: 'draining' }, { status: 503 })
    if (!edge.parts.keyStanding.isLoaded) return Response.json({ status: 'starting' }, { status: 503 })
    const isWell = edge.parts.overload.level === 'calm' && !edge.parts.keyStanding.isTroubled
    return Response.json({ status: isWell ? 'ready' : 'degraded' })
  },
}
