// GET /ready: should a load balancer send calls here? No while the process drains. Under pressure it still answers the
// calls that matter, so it says so and stays in: with everybody as busy, nobody would be left.
import type { Route } from '../router.ts'

export const ready: Route = {
  method: 'GET',
  path: '/ready',
  access: 'anybody',
  answer: ({ edge }) => {
    if (edge.isDraining()) return Response.json({ status: 'draining' }, { status: 503 })
    const isCalm = edge.parts.overload.level === 'calm'
    return Response.json({ status: isCalm ? 'ready' : 'degraded' })
  },
}
