import { describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { Bodies, firstSweepMs, nextSweepMs } from './bodies.ts'
import type { BodyFacts } from './bodies.ts'
import { GatheredTexts } from './gathered-texts.ts'
import type { BodyStore, KeptBody } from './ports.ts'
import { bodiesSetting } from './settings.ts'
import type { BodiesSettings } from './settings.ts'

function settingsOf(written: object): BodiesSettings {
  const read = bodiesSetting.parse(written)
  if (read === 'off') throw new Error('it is off')
  return read
}

function world(random: () => number = () => 0.5) {
  const clock = new VirtualClock(1_000_000)
  const kept: KeptBody[] = []
  const counts: string[] = []
  const state = { isAway: false, expired: 0 }
  const store: BodyStore = {
    keep: (bodies) => {
      if (state.isAway) return Promise.reject(new Error('away'))
      kept.push(...bodies)
      return Promise.resolve()
    },
    list: () => Promise.resolve(kept),
    erase: () => Promise.resolve(0),
    forgetBefore: (_timeMs, max) => {
      const number = Math.min(max, state.expired)
      state.expired -= number
      return Promise.resolve(number)
    },
  }
  const observer = {
    counted: (event: string, number: number) => void counts.push(`${event} ${number}`),
    writingTroubled: (cause: unknown) => void counts.push(String(cause)),
    writingWorks: () => void counts.push('works'),
  }
  return { clock, kept, counts, state, bodies: new Bodies({ store, clock, observer, random }) }
}

const facts: BodyFacts = {
  callId: 'call_1',
  tenant: 'default',
  keyId: 'k',
  keyUser: '',
  requestUser: 'u',
  endpoint: 'chat',
  model: 'm',
  deployment: 'a/m',
  region: 'eu',
  code: '',
}

function texts(bytesMax: number, ...said: readonly string[]): GatheredTexts {
  const gathered = new GatheredTexts(bytesMax)
  for (const [index, text] of said.entries())
    gathered.add(String(index), { role: 'user', kind: 'text', text })
  return gathered
}

describe('D8 kept bodies', () => {
  test('are written soon after, masked and with their end', async () => {
    const { bodies, clock, kept, counts } = world()
    bodies.keep(
      facts,
      { prompt: texts(1_000, 'I am a@b.de'), answer: texts(1_000, 'Hello') },
      settingsOf({ retention: '1h' }),
    )
    expect(kept).toEqual([])
    clock.advance(1_000)
    await bodies.close()
    expect(kept).toMatchObject([
      { callId: 'call_1', prompt: [{ text: 'I am [email]' }], answer: [{ text: 'Hello' }], isCut: false },
    ])
    expect(kept[0]?.expiresAtMs).toBe(1_000_000 + 3_600_000)
    expect(counts).toEqual(['stored 1'])
  })

  test('are as many as the sample says', () => {
    let drawn = 0
    const { bodies } = world(() => (drawn = (drawn + 0.01) % 1))
    const kept = Array.from({ length: 1_000 }, () => bodies.draws(settingsOf({ sample: 0.1 })))
    expect(kept.filter(Boolean).length).toBeWithin(80, 120)
    expect(bodies.draws(settingsOf({}))).toBe(true)
  })

  test('wait while the store is away, and are written when it is back', async () => {
    const { bodies, clock, kept, state } = world()
    state.isAway = true
    bodies.keep(facts, { prompt: texts(100, 'a'), answer: texts(100) }, settingsOf({}))
    clock.advance(100)
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    expect(kept).toEqual([])
    state.isAway = false
    await bodies.close()
    expect(kept).toHaveLength(1)
  })

  test('are lost when the store is away at the end, and somebody is told', async () => {
    const { bodies, counts, state } = world()
    state.isAway = true
    bodies.keep(facts, { prompt: texts(100, 'a'), answer: texts(100) }, settingsOf({}))
    await bodies.close()
    expect(counts).toContain('lost 1')
  })

  test('that have expired are swept away a little at a time', async () => {
    const { bodies, clock, counts, state } = world()
    state.expired = 150
    bodies.start()
    for (const delayMs of [firstSweepMs, 200, nextSweepMs]) {
      clock.advance(delayMs)
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
    }
    expect(counts).toEqual(['forgotten 100', 'forgotten 50'])
  })
})

describe('D8 gathered texts', () => {
  test('come together from their pieces before anything is looked for in them', () => {
    const gathered = new GatheredTexts(1_000)
    for (const text of ['write to a', '@b', '.de'])
      gathered.add('0', { role: 'assistant', kind: 'text', text })
    expect(gathered.kept(['email'])).toEqual([{ role: 'assistant', kind: 'text', text: 'write to [email]' }])
  })

  test('are replaced by one that is whole', () => {
    const gathered = new GatheredTexts(1_000)
    gathered.add('0', { role: 'assistant', kind: 'text', text: 'Hel' })
    gathered.put('0', { role: 'assistant', kind: 'text', text: 'Hello' })
    expect(gathered.kept([])).toMatchObject([{ text: 'Hello' }])
  })

  test('have a size in bytes: below, at and above it', () => {
    expect(texts(10, 'ääää').kept([])).toMatchObject([{ text: 'ääää' }])
    expect(texts(10, 'äääää').kept([])).toMatchObject([{ text: 'äääää' }])
    const above = texts(10, 'ääääää', 'more')
    expect(above.kept([])).toMatchObject([{ text: 'äääää' }])
    expect(above.isCut).toBe(true)
    const large = texts(10, 'a'.repeat(100_000))
    expect([large.isFull, large.isCut]).toEqual([true, true])
  })
})

test('D8 settings of bodies refuse what would keep nothing or everything by mistake', () => {
  expect(bodiesSetting.parse(undefined)).toBe('off')
  expect(bodiesSetting.safeParse({ sample: 0 }).success).toBe(false)
  expect(bodiesSetting.safeParse({ sample: 1 }).success).toBe(true)
  expect(bodiesSetting.safeParse({ sample: 1.1 }).success).toBe(false)
  expect(bodiesSetting.safeParse({ mask: [] }).success).toBe(false)
  expect(bodiesSetting.safeParse({ max: '999B' }).success).toBe(false)
  expect(bodiesSetting.safeParse({ max: '1MB' }).success).toBe(true)
  expect(bodiesSetting.safeParse({ max: '1.1MB' }).success).toBe(false)
  expect(bodiesSetting.safeParse({ retention: '59s' }).success).toBe(false)
})
