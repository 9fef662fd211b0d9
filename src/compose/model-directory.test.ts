import { describe, expect, test } from 'bun:test'
import { configOf } from '../../test/parsed-configs.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { RoutingMemory } from '../routing/routing-memory.ts'
import { unkeptPrices } from './deployment-price.ts'
import { LiveDirectory } from './model-directory.ts'
import { demoProvider } from './provider-set.ts'

const dayMs = 86_400_000

/** A directory on the last day of November 2026, with a provider `sim` that lists `old`. */
function directoryOf(models: string): { clock: VirtualClock; directory: LiveDirectory } {
  const { config } = configOf(
    `providers:\n  sim: &there { type: openai-compatible, base_url: http://127.0.0.1:1/v1 }\n  gone: *there\nmodels:\n${models}`,
  )
  const clock = new VirtualClock(Date.UTC(2026, 10, 30))
  const memory = new RoutingMemory(
    () => 0.5,
    () => {},
  )
  const directory = new LiveDirectory({ models: config.models, routing: config.routing, memory, clock })
  const provider = demoProvider({ clock, prices: unkeptPrices() }, 'declared', 'sim')
  directory.update([{ provider, listed: new Set(['old', 'kept']) }])
  return { clock, directory }
}

function namesOf(directory: LiveDirectory, model: string): readonly string[] | string {
  const found = directory.find(model)
  return found.kind === 'found' ? found.deployments.map(({ name }) => name) : found.sentence
}

const days = 'deprecated: 2026-12-01, retires: 2026-12-02'

describe('the calendar', () => {
  test('changes what names stand for when it is looked at, and not for a call', () => {
    const { clock, directory } = directoryOf(
      `  fast: { deployments: [{ provider: sim, model: old, ${days} }] }\n`,
    )
    const noticed = (): unknown => {
      const found = directory.find('fast')
      return found.kind === 'found' ? found.deployments[0].notice?.deprecated : found.kind
    }
    expect(noticed()).toBeUndefined()
    clock.advance(dayMs)
    expect(noticed()).toBeUndefined()
    expect(directory.checkDays()).toEqual([{ model: 'fast', deployment: 'sim/old', stage: 'deprecated' }])
    expect(noticed()).toBe('2026-12-01')
    expect(directory.checkDays()).toEqual([])
    clock.advance(dayMs)
    expect(directory.checkDays()).toMatchObject([{ stage: 'retired' }])
    expect(noticed()).toBe('retired')
  })

  test('that is set back makes a model young again', () => {
    const { clock, directory } = directoryOf(
      `  fast: { deployments: [{ provider: sim, model: old, ${days} }] }\n`,
    )
    clock.advance(dayMs)
    directory.checkDays()
    clock.stepWall(-dayMs)
    expect(directory.checkDays()).toMatchObject([{ stage: 'active' }])
  })
})

describe('a deployment that has retired', () => {
  const past = 'retires: 2026-11-30'

  test('is left out while others are there, and is still shown', () => {
    const { directory } = directoryOf(
      `  fast: { deployments: [{ provider: sim, model: old, ${past} }, { provider: sim, model: kept }] }\n`,
    )
    const found = directory.find('fast')
    expect(namesOf(directory, 'fast')).toEqual(['sim/kept'])
    expect(found.kind === 'found' && found.retired.map(({ name }) => name)).toEqual(['sim/old'])
    expect(directory.lifeOf('fast')).toBeUndefined()
  })

  test('is asked all the same where that is allowed', () => {
    const { directory } = directoryOf(
      `  fast: { deployments: [{ provider: sim, model: old, ${past}, retired: allow }] }\n`,
    )
    expect(namesOf(directory, 'fast')).toEqual(['sim/old'])
  })

  test('has also retired for those who name it themselves, and is listed no more', () => {
    const { directory } = directoryOf(
      `  fast: { deployments: [{ provider: sim, model: old, ${past}, replaced_by: sim/kept }] }\n`,
    )
    const advice = 'Ask for "sim/kept" instead.'
    expect(namesOf(directory, 'fast')).toBe(`The model "fast" retired on 2026-11-30. ${advice}`)
    expect(namesOf(directory, 'sim/old')).toBe(`The model "sim/old" retired on 2026-11-30. ${advice}`)
    expect(namesOf(directory, 'old')).toContain('retired')
    expect(directory.list().map(({ name }) => name)).toEqual(['sim/kept'])
  })

  test('beside one whose provider is away is no reason to call the model retired', () => {
    const { directory } = directoryOf(
      `  fast: { deployments: [{ provider: sim, model: old, ${past} }, { provider: gone, model: x }] }\n`,
    )
    expect(namesOf(directory, 'fast')).toContain('No provider of the model "fast" is there just now')
  })
})

describe('a replacement', () => {
  const gone = (by: string): string =>
    `on_retired: replace, deployments: [{ provider: sim, model: old, retires: 2026-11-01, replaced_by: ${by} }]`

  test('is asked instead, over several steps too, and said to be one', () => {
    const { directory } = directoryOf(
      `  a: { ${gone('b')} }\n  b: { ${gone('c')} }\n  c: { deployments: [{ provider: sim, model: kept }] }\n`,
    )
    const found = directory.find('a')
    expect(namesOf(directory, 'a')).toEqual(['sim/kept'])
    expect(found.kind === 'found' && found.deployments[0].notice?.headers).toMatchObject({
      'x-sallyport-replaced-by': 'b',
      sunset: 'Sun, 01 Nov 2026 00:00:00 GMT',
    })
    const own = directory.find('c')
    expect(own.kind === 'found' && own.deployments[0].notice).toBeUndefined()
    expect(directory.list().map(({ name }) => name)).toEqual(['a', 'b', 'c', 'sim/kept'])
  })

  test('that leads back to where it began is none', () => {
    const { directory } = directoryOf(`  a: { ${gone('b')} }\n  b: { ${gone('a')} }\n`)
    expect(directory.find('a').kind).toBe('retired')
    expect(namesOf(directory, 'b')).toContain('Ask for "a" instead.')
  })

  test('that is not there is only named', () => {
    const { directory } = directoryOf(`  a: { ${gone('gone/x')} }\n`)
    expect(namesOf(directory, 'a')).toContain('Ask for "gone/x" instead.')
  })
})

test('a version is pinned by its name, or because the config says so', () => {
  const { directory } = directoryOf(
    [
      '  a: { deployments: [{ provider: sim, model: m-2024-08-06 }] }',
      '  b: { deployments: [{ provider: sim, model: m-2024-08-06, version: floating }] }',
      '  c: { deployments: [{ provider: sim, model: weights, version: pinned }] }',
      '',
    ].join('\n'),
  )
  const isPinned = (name: string): unknown => {
    const found = directory.find(name)
    return found.kind === 'found' && found.deployments[0].pinned
  }
  expect(['a', 'b', 'c', 'sim/weights', 'sim/other-0613', 'old'].map(isPinned)).toEqual([
    true,
    false,
    true,
    true,
    true,
    false,
  ])
})
