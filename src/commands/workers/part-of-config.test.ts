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
      - { provider: local, model: a, max_concurrency: 1 }
      - { provider: local, model: b }
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

test('everything else stays as it is written', () => {
  const [part] = partsOf(1)
  expect(part?.overload).toEqual(config.overload)
  expect(part?.keys).toBe(config.keys)
  expect<string | object | undefined>(part?.models.get('fast')?.policy).toBe(
    config.models.get('fast')?.policy,
  )
})
