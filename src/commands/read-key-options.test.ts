import { describe, expect, test } from 'bun:test'
import { readKeyOptions } from './read-key-options.ts'
import type { CreateKeyOptions } from './read-key-options.ts'

const nowMs = 1_000
const hourMs = 3_600_000

function problem(options: Partial<CreateKeyOptions>): string {
  try {
    readKeyOptions({ name: 'ci', ...options }, nowMs)
    return 'none'
  } catch (failure) {
    return String(failure)
  }
}

describe('readKeyOptions', () => {
  test('makes a key that may do everything for ever when nothing else is said', () => {
    expect(readKeyOptions({ name: 'ci' }, nowMs)).toEqual({
      name: 'ci',
      models: [],
      scopes: [],
      expiresAtMs: null,
    })
  })

  test('reads lists, whatever stands between their words, and each word once', () => {
    const options = { name: 'ci', models: 'fast, openai/*,fast,,*', scopes: ' chat ,models,chat' }
    expect(readKeyOptions(options, nowMs)).toMatchObject({
      models: ['fast', 'openai/*', '*'],
      scopes: ['chat', 'models'],
    })
  })

  test.each([
    ['30m', hourMs / 2],
    ['12h', 12 * hourMs],
    ['90d', 90 * 24 * hourMs],
  ])('reads how long a key is valid: %p', (expires, durationMs) => {
    expect(readKeyOptions({ name: 'ci', expires }, nowMs).expiresAtMs).toBe(nowMs + durationMs)
  })

  test.each(['', ' ', ',', ' , ,'])('never takes an empty list to mean everything: %p', (list) => {
    expect(problem({ models: list })).toContain('--models is empty. Leave it out to allow every model.')
    expect(problem({ scopes: list })).toContain(
      '--scopes is empty. Leave it out to allow every scope but admin and metrics.',
    )
  })

  test.each(['', '0d', '0m', '-1d', '1.5h', '1e3d', '90', '90 d', 'd', '1w', '9999999d', 'soon'])(
    'refuses what is no time: %p',
    (expires) => {
      expect(problem({ expires })).toContain(`--expires takes a time such as 12h or 90d, not "${expires}".`)
    },
  )

  test.each(['fast slow', '/fast', 'openai/', '/'])('refuses what can name no model: %p', (models) => {
    expect(problem({ models: `fast,${models}` })).toContain(`separated by commas, not "${models}".`)
  })

  test('refuses a scope that does not exist, and says which do', () => {
    expect(problem({ scopes: 'chat,all' })).toContain('There is no scope "all". There are chat, ')
  })

  test.each(['', ' ci', '-ci', 'a b', 'a\n', 'ä', 'x'.repeat(65)])('refuses the name %p', (name) => {
    expect(problem({ name })).toContain('--name takes up to 64 letters')
  })

  test('reads whose a key is, where it may be used from, and what goes with its calls', () => {
    const options = {
      name: 'ci',
      tenant: 'acme',
      team: 'research',
      user: 'anna@example.com',
      addresses: '10.0.0.0/8, ::1',
      tags: 'nightly,batch',
      metadata: 'cost_centre=12, empty=',
      maxTokens: '100',
      maxTokensDefault: '10',
      maxTokensAbove: 'lower',
      priority: 'low',
    } as const
    expect(readKeyOptions(options, nowMs)).toEqual({
      name: 'ci',
      models: [],
      scopes: [],
      expiresAtMs: null,
      tenant: 'acme',
      team: 'research',
      user: 'anna@example.com',
      addresses: ['10.0.0.0/8', '::1'],
      tags: ['nightly', 'batch'],
      metadata: { cost_centre: '12', empty: '' },
      maxTokens: { max: 100, unasked: 10, lowers: true },
      priority: 3,
    })
  })

  test.each([
    [{ team: 'a b' }, '--team takes'],
    [{ tenant: '' }, '--tenant takes'],
    [{ user: 'a b' }, '--user takes'],
    [{ addresses: '' }, '--addresses is empty'],
    [{ addresses: '10.0.0.0/33' }, 'not "10.0.0.0/33"'],
    [{ addresses: '10.0.0.1:80' }, 'not "10.0.0.1:80"'],
    [{ addresses: 'localhost' }, 'not "localhost"'],
    [{ tags: 'a b' }, '--tags takes'],
    [{ metadata: 'x' }, '--metadata takes'],
    [{ metadata: 'a=b=c' }, '--metadata takes'],
    [{ maxTokens: '0' }, '--max-tokens takes a whole number'],
    [{ maxTokens: '1e3' }, '--max-tokens takes a whole number'],
    [{ maxTokens: '5', maxTokensDefault: '6' }, 'must not be above'],
    [{ maxTokensAbove: 'lower' }, 'say that, too'],
  ] as const)('refuses what cannot be meant: %j', (options, words) => {
    expect(problem(options)).toContain(words)
  })
})
