// GET /ready: should a load balancer send calls here? No while the process drains, yes otherwise.
import type { Route } from '../router.ts'

export const ready: Route = {
  method: 'GET',
  path: '/ready',
  access: 'anybody',
  answer: ({ edge }) =>
    edge.isDraining()
      ? Response.json({ status: 'draining' }, { status: 503 })
      : Response.json({ status: 'ready' }),
}
