// GET /metrics: everything that is counted, for Prometheus.
import type { Route } from '../router.ts'

/** The scrape endpoint: free on this machine, with a key that carries the scope `metrics` elsewhere. */
export function metrics(print: () => string | Promise<string>): Route {
  return {
    method: 'GET',
    path: '/metrics',
    access: { localOrScope: 'metrics' },
    answer: async () =>
      new Response(await print(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
  }
}
