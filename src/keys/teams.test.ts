import { describe, expect, test } from 'bun:test'
import { callerOf } from './teams.ts'
import type { KeyHolder, Team } from './teams.ts'

const holder: KeyHolder = { id: 'a', name: 'ci', models: [], scopes: [] }
const team: Team = { models: [], scopes: [] }

describe('the caller that a key’s holder is', () => {
  test('has nothing but its own without a team', () => {
    expect(callerOf(holder, new Map())).toEqual({ keyId: 'a', keyName: 'ci', models: [], scopes: [] })
    expect(callerOf({ ...holder, tenant: 'acme', user: 'anna' }, new Map())).toMatchObject({
      tenant: 'acme',
      user: 'anna',
    })
  })

  test('is nobody when its team is not there or belongs to somebody else', () => {
    expect(callerOf({ ...holder, team: 'x' }, new Map())).toBeUndefined()
    const teams = new Map([['x', { ...team, tenant: 'acme' }]])
    expect(callerOf({ ...holder, team: 'x', tenant: 'globex' }, teams)).toBeUndefined()
    expect(callerOf({ ...holder, team: 'x', tenant: 'acme' }, teams)?.tenant).toBe('acme')
    expect(callerOf({ ...holder, team: 'x' }, teams)?.tenant).toBe('acme')
    expect(callerOf({ ...holder, team: 'constructor' }, teams)).toBeUndefined()
  })

  test('takes from its team what it does not say itself', () => {
    const said = {
      tags: ['t'],
      metadata: { a: '1', b: '2' },
      maxTokens: { unasked: 50, max: 100, lowers: true },
    }
    const teams = new Map([['x', { ...team, ...said }]])
    expect(callerOf({ ...holder, team: 'x' }, teams)).toMatchObject(said)
    const own = { tags: ['own'], metadata: { b: '3' }, maxTokens: { max: 200, unasked: 150, lowers: false } }
    expect(callerOf({ ...holder, team: 'x', ...own }, teams)).toMatchObject({
      tags: ['own'],
      metadata: { a: '1', b: '3' },
      maxTokens: { max: 100, unasked: 100, lowers: false },
    })
  })

  test('carries what its team allows, where that is not everything', () => {
    const allowing = (more: Partial<Team>) =>
      callerOf({ ...holder, team: 'x' }, new Map([['x', { ...team, ...more }]]))?.teamAllows
    expect(allowing({})).toBeUndefined()
    expect(allowing({ models: ['fast'] })).toEqual({ models: ['fast'], scopes: [] })
    expect(allowing({ addresses: ['::1'] })).toEqual({ models: [], scopes: [], addresses: ['::1'] })
  })
})
