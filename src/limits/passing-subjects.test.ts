import { describe, expect, test } from 'bun:test'
import type { Limited } from './limited.ts'
import { LocalLimits } from './local-limits.ts'
import { PassingSubjects } from './passing-subjects.ts'

const call = { inputTokens: 0, outputTokens: 0, leaseMs: 1_000 }

describe('those who pass by', () => {
  test('have each their own limit', () => {
    const { limits, addresses } = passing(100)
    expect(limits.reserve([addresses.find(from('10.0.0.1'), 0)], call, 0).granted).toBeTrue()
    expect(limits.reserve([addresses.find(from('10.0.0.1'), 0)], call, 0).granted).toBeFalse()
    expect(limits.reserve([addresses.find(from('10.0.0.2'), 0)], call, 0).granted).toBeTrue()
  })

  test('are forgotten when there is nothing left to remember', () => {
    const { limits, addresses } = passing(100)
    for (let host = 0; host < 50; host++) limits.reserve([addresses.find(from(`10.0.0.${host}`), 0)], call, 0)
    expect(addresses.size).toBe(50)
    for (let host = 0; host < 20; host++) addresses.find(from(`10.0.1.${host}`), 2_000)
    expect(addresses.size).toBeLessThanOrEqual(20)
  })

  test('share one limit when there are more than can be remembered', () => {
    const { limits, addresses } = passing(3)
    for (let host = 0; host < 3; host++) limits.reserve([addresses.find(from(`10.0.0.${host}`), 0)], call, 0)
    expect(limits.reserve([addresses.find(from('10.9.9.1'), 0)], call, 0).granted).toBeTrue()
    expect(limits.reserve([addresses.find(from('10.9.9.2'), 0)], call, 0)).toMatchObject({
      granted: false,
      name: 'others',
    })
    expect(addresses.size).toBe(3)
    expect(limits.reserve([addresses.find(from('10.0.0.1'), 0)], call, 0).granted).toBeFalse()
  })
})

function from(address: string): Limited {
  return { name: address, id: address }
}

function passing(subjectsMax: number) {
  const limits = new LocalLimits()
  const rules = [{ kind: 'requests', amount: 1, perMs: 1_000 } as const]
  return {
    limits,
    addresses: new PassingSubjects({
      limits,
      level: 'ip',
      rules,
      othersId: '*',
      subjectsMax,
      forgotten: () => {},
    }),
  }
}
