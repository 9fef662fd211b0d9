import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { verdicts } from '../../../test/made-health.ts'
import { DeploymentHealth } from './deployment-health.ts'
import { defaultHealthSettings } from './health-settings.ts'
import type { Standing } from './standing.ts'
import type { Trial, Verdict } from '../../core/health.ts'

describe('whatever happens', () => {
  test('permits add up, and each change of standing is told once, in a chain', () => {
    fc.assert(
      fc.property(fc.array(step(), { maxLength: 120 }), fc.infiniteStream(draw()), (steps, draws) => {
        const health = new DeploymentHealth(defaultHealthSettings, () => draws.next().value ?? 0)
        const chain: Standing[] = ['closed']
        health.onChange = (from, to) => {
          expect(from).toBe(chain.at(-1) ?? 'closed')
          expect(to).not.toBe(from)
          chain.push(to)
        }
        const open: Trial[] = []
        let nowMs = 0
        for (const { byMs, action, verdict, pick } of steps) {
          nowMs += byMs
          const trial = open[pick % Math.max(1, open.length)]
          if (action === 'begin') open.push(health.begin(nowMs, pick % 4 !== 0))
          if (action === 'content') trial?.firstContent(nowMs)
          if (action === 'cool') health.coolDownUntil(nowMs + pick)
          if (action === 'end' && trial !== undefined) {
            trial.end(nowMs, verdict)
            open.splice(open.indexOf(trial), 1)
          }
          expect(health.inFlight).toBe(open.length)
          expect(health.standing(nowMs)).toBe(chain.at(-1) ?? 'closed')
          expect(health.share(nowMs)).toBeWithin(0.05, 1.001)
          expect(health.limit).toBeWithin(4, 1_001)
          const report = health.report(nowMs)
          expect(JSON.parse(JSON.stringify(report))).toEqual(report)
        }
      }),
    )
  })

  test('a deployment that works again takes every call within 15 seconds', () => {
    const outage = fc.record({
      verdict: fc.constantFrom('failure', 'overloaded', 'timeout', 'credential'),
      seconds: fc.integer({ min: 1, max: 1_200 }),
      callsPerSecond: fc.constantFrom(1, 2, 10),
    })
    fc.assert(
      fc.property(outage, fc.infiniteStream(draw()), ({ verdict, seconds, callsPerSecond }, draws) => {
        const health = new DeploymentHealth(defaultHealthSettings, () => draws.next().value ?? 0)
        const everyMs = 1_000 / callsPerSecond
        for (let nowMs = 0; nowMs < 30_000; nowMs += everyMs) serve(health, nowMs, 'success')
        const backMs = 30_000 + seconds * 1_000
        for (let nowMs = 30_000; nowMs < backMs; nowMs += everyMs) serve(health, nowMs, verdict)
        for (let nowMs = backMs; nowMs < backMs + 15_000; nowMs += everyMs) serve(health, nowMs, 'success')
        for (let nowMs = backMs + 15_000; nowMs < backMs + 20_000; nowMs += everyMs) {
          expect(health.availability(nowMs)).toBe('free')
          serve(health, nowMs, 'success')
        }
      }),
      { numRuns: 30 },
    )
  })
})

function draw() {
  return fc.double({ min: 0, max: 0.999, noNaN: true })
}

function step() {
  return fc.record({
    byMs: fc.oneof(fc.nat(50), fc.nat(20_000)),
    action: fc.constantFrom('begin', 'begin', 'content', 'end', 'end', 'cool', 'look'),
    verdict: fc.constantFrom(...verdicts, 'success', 'failure', 'failure'),
    pick: fc.nat(5_000),
  })
}

/** A call as the only deployment of a model gets it. */
function serve(health: DeploymentHealth, nowMs: number, verdict: Verdict): void {
  const availability = health.availability(nowMs)
  const goes = availability === 'free' || availability === 'probe' || health.lastResort(nowMs)
  if (goes) health.begin(nowMs).end(nowMs, verdict)
}
