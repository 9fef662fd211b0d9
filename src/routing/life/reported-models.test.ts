import { describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import { deploymentsMax, quietMs, ReportedModels } from './reported-models.ts'
import type { ModelChange } from './reported-models.ts'

function world(stored?: unknown) {
  const clock = new VirtualClock(1_000)
  const changes: ModelChange[] = []
  const kept: { value: unknown; works: boolean } = { value: stored, works: true }
  let writes = 0
  const store = {
    read: () => kept.value,
    write: (models: unknown) => {
      writes += 1
      if (kept.works) kept.value = models
      return kept.works
    },
  }
  const parts = { store, clock, onChange: (change: ModelChange) => changes.push(change) }
  return { clock, changes, kept, writes: () => writes, reported: new ReportedModels(parts), parts }
}

describe('the model that answers say they are from', () => {
  test('is learnt without a word, be it an alias or what that stands for', () => {
    const { reported, changes } = world()
    reported.heard('openai/gpt-5', 'gpt-5-2026-08-07')
    reported.heard('openai/gpt-5', 'gpt-5-2026-08-07')
    reported.heard('openai/gpt-5', '')
    expect(changes).toEqual([])
    expect(reported.of('openai/gpt-5')).toEqual({ model: 'gpt-5-2026-08-07', sinceMs: 1_000 })
    expect(reported.of('openai/other')).toBeUndefined()
  })

  test('makes an event when it changes, with since when it was another', () => {
    const { reported, changes, clock } = world()
    reported.heard('a/m', 'm-1')
    clock.advance(500)
    reported.heard('a/m', 'm-2')
    expect(changes).toEqual([
      { deployment: 'a/m', from: 'm-1', to: 'm-2', sinceMs: 1_000, isRepeated: false },
    ])
    expect(reported.of('a/m')).toEqual({ model: 'm-2', sinceMs: 1_500 })
  })

  test('that goes to and fro is counted each time and said once an hour', () => {
    const { reported, changes, clock } = world()
    for (const model of ['m-1', 'm-2', 'm-1', 'm-2']) reported.heard('a/m', model)
    clock.advance(quietMs - 1)
    reported.heard('a/m', 'm-1')
    clock.advance(1)
    reported.heard('a/m', 'm-2')
    expect(changes.map(({ isRepeated }) => isRepeated)).toEqual([false, true, true, true, false])
  })

  test('outlives a restart, and a change meanwhile is an event', () => {
    const { reported, kept, parts, changes } = world()
    reported.heard('a/m', 'm-1')
    reported.save()
    kept.value = JSON.parse(JSON.stringify(kept.value))
    new ReportedModels(parts).heard('a/m', 'm-2')
    expect(changes).toMatchObject([{ from: 'm-1', to: 'm-2' }])
  })

  test('is written only when there is something new, and again when that failed', () => {
    const { reported, kept, writes } = world()
    reported.save()
    expect(writes()).toBe(0)
    reported.heard('a/m', 'm-1')
    kept.works = false
    reported.save()
    kept.works = true
    reported.save()
    reported.save()
    expect(writes()).toBe(2)
  })

  test('is forgotten of those heard first when there are too many', () => {
    const { reported, changes } = world()
    for (let index = 0; index <= deploymentsMax; index += 1) reported.heard(`a/${index}`, 'm')
    expect(reported.of('a/0')).toBeUndefined()
    expect(reported.of('a/1')).toBeDefined()
    expect(reported.of(`a/${deploymentsMax}`)).toBeDefined()
    expect(changes).toEqual([])
  })

  test.each([
    [undefined],
    [null],
    [7],
    ['text'],
    [[]],
    [{ 'a/m': 1 }],
    [{ 'a/m': null }],
    [{ 'a/m': { model: '', sinceMs: 1 } }],
    [{ 'a/m': { model: 'm', sinceMs: 'x' } }],
    [{ 'a/m': { model: 'm'.repeat(257), sinceMs: 1 } }],
  ])('is learnt anew where the file holds %j', (stored) => {
    const { reported, changes } = world(stored)
    expect(reported.of('a/m')).toBeUndefined()
    reported.heard('a/m', 'm')
    expect(changes).toEqual([])
  })
})
