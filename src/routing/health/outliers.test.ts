import { describe, expect, test } from 'bun:test'
import { DeploymentHealth } from './deployment-health.ts'
import { defaultHealthSettings } from './health-settings.ts'
import { outliers } from './outliers.ts'

describe('the outliers of a group', () => {
  test('are those that succeed far less often than the rest', () => {
    const group = [made(100, 0), made(100, 1), made(100, 0), made(100, 2), made(100, 30)]
    expect(found(group)).toEqual([4])
  })

  test('need five deployments with a hundred calls each', () => {
    const four = [made(100, 0), made(100, 0), made(100, 0), made(100, 30)]
    expect(found(four)).toEqual([])
    expect(found([...four, made(99, 0)])).toEqual([])
    expect(found([...four, made(100, 0)])).toEqual([3])
  })

  test('a group in which all succeed has none', () => {
    expect(found(Array.from({ length: 6 }, () => made(100, 0)))).toEqual([])
  })

  test('a deployment that nine of ten calls succeed on is none, however perfect the others are', () => {
    const perfect = Array.from({ length: 5 }, () => made(100, 0))
    expect(found([...perfect, made(100, 10)])).toEqual([])
    expect(found([...perfect, made(100, 11)])).toEqual([5])
  })

  test('a group in which all fail alike has none', () => {
    expect(found(Array.from({ length: 6 }, () => made(100, 40)))).toEqual([])
  })

  test('come worst first, as many as may be out', () => {
    const compared = [...Array.from({ length: 16 }, () => made(100, 0)), made(100, 30), made(100, 40)]
    expect(found(compared)).toEqual([17, 16])
    expect(found([...compared, ...takenOut(16)])).toEqual([17])
  })

  test('leave half of the group in', () => {
    const compared = [...Array.from({ length: 5 }, () => made(100, 0)), made(100, 40)]
    expect(found([...compared, ...takenOut(3)])).toEqual([5])
    expect(found([...compared, ...takenOut(6)])).toEqual([])
  })
})

function found(group: readonly DeploymentHealth[]): number[] {
  return outliers(group, 0, defaultHealthSettings).map((health) => group.indexOf(health))
}

/** Failures are spread, so that the breaker itself sees nothing. */
function made(calls: number, failures: number): DeploymentHealth {
  const health = new DeploymentHealth(defaultHealthSettings, () => 0.5)
  let failed = 0
  for (let call = 1; call <= calls; call += 1) {
    const fails = failed < Math.floor((call * failures) / calls)
    if (fails) failed += 1
    health.begin(0).end(0, fails ? 'failure' : 'success')
  }
  return health
}

function takenOut(deployments: number): DeploymentHealth[] {
  return Array.from({ length: deployments }, () => {
    const health = made(0, 0)
    health.eject(0, 'operator')
    return health
  })
}
