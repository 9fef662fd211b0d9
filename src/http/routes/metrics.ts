// GET /metrics: everything that is counted, for Prometheus.
import type { Registry } from '../../telemetry/metrics.ts'
import type { Route } from '../router.ts'

/** The scrape endpoint: free on this machine, with a key that carries the scope `metrics` elsewhere. */
export function metrics(registry: Registry): Route {
  return {
    method: 'GET',
    path: '/metrics',
    access: { localOrScope: 'metrics' },
    answer: () =>
      new Response(registry.print(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
  }
}
