import { describe, expect, test } from 'bun:test'
import { stageOf } from '../../core/life.ts'
import type { Life } from '../../core/life.ts'
import { lifeTogether } from './life-together.ts'
import { noticeOf, replacementNotice } from './notice.ts'

const none: Life = {
  deprecatedMs: undefined,
  retiresMs: undefined,
  replacedBy: undefined,
  asksRetired: false,
}
const deprecatedMs = Date.UTC(2026, 11, 1)
const retiresMs = Date.UTC(2027, 2, 1)
const both: Life = { ...none, deprecatedMs, retiresMs, replacedBy: 'openai/gpt-5 mini' }

describe('a deployment', () => {
  test.each([
    [deprecatedMs - 1, 'active'],
    [deprecatedMs, 'deprecated'],
    [retiresMs - 1, 'deprecated'],
    [retiresMs, 'retired'],
  ] as const)('is at %d %s', (wallMs, stage) => {
    expect(stageOf(both, wallMs)).toBe(stage)
  })

  test('says nothing of its end before it is deprecated', () => {
    expect(noticeOf(both, deprecatedMs - 1)).toBeUndefined()
  })

  test('says from the day on when, until when, and what comes after it', () => {
    expect(noticeOf(both, deprecatedMs)).toEqual({
      headers: {
        deprecation: '@1796083200',
        sunset: 'Mon, 01 Mar 2027 00:00:00 GMT',
        link: '</v1/models/openai/gpt-5%20mini>; rel="successor-version"',
      },
      deprecated: '2026-12-01',
      retires: '2027-03-01',
      replacedBy: 'openai/gpt-5 mini',
    })
  })

  test('with nothing but a last day says that from the start', () => {
    expect(noticeOf({ ...none, retiresMs }, 0)?.headers).toEqual({ sunset: 'Mon, 01 Mar 2027 00:00:00 GMT' })
  })

  test('without any day has nothing to say', () => {
    expect(noticeOf(none, retiresMs)).toBeUndefined()
  })

  test('that another stands for says which', () => {
    expect(replacementNotice(both, 'fäst', retiresMs)?.headers).toMatchObject({
      'x-sallyport-replaced-by': 'f%C3%A4st',
      link: '</v1/models/f%C3%A4st>; rel="successor-version"',
    })
  })
})

describe('a model', () => {
  test('goes when the last of its deployments does', () => {
    const sooner = { ...both, retiresMs: retiresMs - 1, replacedBy: undefined }
    expect(lifeTogether([sooner, both])).toEqual(both)
  })

  test('has no end while one of its deployments has none', () => {
    expect(lifeTogether([both, undefined])).toBeUndefined()
    expect(lifeTogether([])).toBeUndefined()
    expect(
      lifeTogether([
        { ...none, deprecatedMs },
        { ...none, retiresMs },
      ]),
    ).toBeUndefined()
  })
})
