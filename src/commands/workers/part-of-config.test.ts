import { expect, test } from 'bun:test'
import { configOf } from '../../../test/parsed-configs.ts'
import { partOfConfig } from './part-of-config.ts'

const { config } = configOf(`
overload: { calls_max: 1001 }
providers: { local: { type: openai-compatible, base_url: "http://localhost:8000/v1" } }
models:
  fast:
    max_concurrency: 7
    deployments:
      - { provider: local, model: a, max_concurrency: 1, limits: { requests: 60/m, tokens: 90k/m burst 30k } }
      - { provider: local, model: b, limits: { requests: 1/h } }
`)

function partsOf(count: number) {
  return Array.from({ length: count }, (_, index) =>
    partOfConfig(config, { number: index + 1, count, port: 1, adminPort: 2, isFirst: false }),
  )
}

test('what is bounded in a process is shared out to the last one', () => {
  const parts = partsOf(3)
  expect(parts.map(({ overload }) => overload.calls_max)).toEqual([334, 334, 333])
  expect(parts.map(({ models }) => models.get('fast')?.max_concurrency)).toEqual([3, 2, 2])
})

test('what is one alone is one for each', () => {
  const deployments = partsOf(2).map(({ models }) => models.get('fast')?.deployments)
  expect(deployments.map((all) => all?.[0]?.max_concurrency)).toEqual([1, 1])
  expect(deployments.map((all) => all?.[1]?.max_concurrency)).toEqual([undefined, undefined])
})

test('of what a deployment is asked for each has its part; one long call still finds room', () => {
  const limits = partsOf(3).map(({ models }) => models.get('fast')?.deployments[0]?.limits)
  for (const part of limits) {
    expect(part?.requests).toEqual([{ amount: 20, perMs: 60_000, burst: 20 }])
    expect(part?.tokens).toEqual([{ amount: 30_000, perMs: 60_000, burst: 30_000 }])
    expect(part?.output_tokens).toBeUndefined()
  }
  const [first] = partsOf(4)
  expect(first?.models.get('fast')?.deployments[1]?.limits?.requests).toEqual([
    { amount: 0.25, perMs: 3_600_000, burst: 1 },
  ])
})

test('everything else stays as it is written', () => {
  const [part] = partsOf(1)
  expect(part?.overload).toEqual(config.overload)
  expect(part?.keys).toBe(config.keys)
  expect(part?.models.get('fast')?.policy).toBe(config.models.get('fast')?.policy as never)
})
