import { expect, test } from 'bun:test'
import type { DescribedDeployment } from './described-deployment.ts'
import { mergeDeployments } from './merge-deployments.ts'

const calm: DescribedDeployment = {
  id: 'sim/m',
  object: 'deployment',
  provider: 'sim',
  model: 'm',
  account: null,
  secret: null,
  key_weight: null,
  models: [{ name: 'fast', budget_left: { retries: 3, hedges: 1 } }],
  state: 'closed',
  reason: null,
  until: null,
  ejections: 0,
  weight_share: 1,
  window: { calls: 3, failures: 0, failures_in_row: 0, success: 1 },
  throttle: { calls: 3, accepted: 3, refused_share: 0 },
  in_flight: 2,
  limit: 10,
  limits: [{ kind: 'requests', limit: 30, per_seconds: 60, remaining: 30, reset_seconds: 0 }],
  first_token_ms: { samples: 3, p50: 10, p95: 20, p99: 30 },
  tokens_per_second: null,
  last_failures: [],
}
const open: DescribedDeployment = {
  ...calm,
  models: [{ name: 'fast', budget_left: { retries: 1, hedges: 0 } }],
  state: 'open',
  reason: 'failures_in_row',
  until: '2026-11-21T12:00:05.000Z',
  ejections: 1,
  weight_share: 0,
  window: { calls: 1, failures: 1, failures_in_row: 1, success: 0 },
  throttle: { calls: 1, accepted: 0, refused_share: 0.2 },
  in_flight: 0,
  limits: [{ kind: 'requests', limit: 30, per_seconds: 60, remaining: 5, reset_seconds: 50 }],
  first_token_ms: { samples: 1, p50: 30, p95: 40, p99: 50 },
  last_failures: [{ outcome: 'provider_error', status: 500, at: '2026-11-21T12:00:00.000Z' }],
}

test('counts are summed, the most careful judgement is shown, percentiles are weighed by their samples', () => {
  expect(mergeDeployments([[calm], [open]])).toEqual([
    {
      ...calm,
      models: [{ name: 'fast', budget_left: { retries: 4, hedges: 1 } }],
      state: 'open',
      reason: 'failures_in_row',
      until: '2026-11-21T12:00:05.000Z',
      ejections: 1,
      weight_share: 0.5,
      window: { calls: 4, failures: 1, failures_in_row: 1, success: 0.75 },
      throttle: { calls: 4, accepted: 3, refused_share: 0.05 },
      in_flight: 2,
      limit: 20,
      limits: [{ kind: 'requests', limit: 60, per_seconds: 60, remaining: 35, reset_seconds: 50 }],
      first_token_ms: { samples: 4, p50: 15, p95: 25, p99: 35 },
      last_failures: open.last_failures,
    },
  ])
})

test('what one process alone knows is as it says, behind what the first knows', () => {
  const other = { ...open, id: 'sim/other' }
  expect(mergeDeployments([[calm], [other]])).toEqual([calm, other])
})

test('nothing bounds the whole where nothing bounds a part; without calls nothing fails', () => {
  const idle = {
    ...calm,
    limit: null,
    first_token_ms: null,
    window: { calls: 0, failures: 0, failures_in_row: 0, success: 1 },
    throttle: { calls: 0, accepted: 0, refused_share: 0 },
  }
  expect(mergeDeployments([[idle], [idle]])[0]).toMatchObject({
    limit: null,
    first_token_ms: null,
    window: { success: 1 },
    throttle: { refused_share: 0 },
  })
})
