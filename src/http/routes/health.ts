// GET /health: the process lives. It says nothing of providers or databases, and never fails because of them.
import type { Route } from '../router.ts'

export const health: Route = {
  method: 'GET',
  path: '/health',
  access: 'anybody',
  answer: ({ edge }) =>
    Response.json({ status: 'ok', timestamp: new Date(edge.parts.clock.wallMs()).toISOString() }),
}
