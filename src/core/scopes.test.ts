import { describe, expect, test } from 'bun:test'
import { grants, nothing } from './scopes.ts'

describe('a list of scopes', () => {
  test.each([
    [[], 'chat', true],
    [[], 'collections:docs:write', true],
    [[], 'admin', false],
    [[], 'admin:read', false],
    [[], 'metrics', false],
    [['chat'], 'chat', true],
    [['chat'], 'embeddings', false],
    [['admin'], 'admin:read', true],
    [['admin'], 'admin:write', true],
    [['admin:read'], 'admin:read', true],
    [['admin:read'], 'admin:write', false],
    [['admin:read'], 'admin', false],
    [['collections'], 'collections:docs:write', true],
    [['collections:read'], 'collections:read', true],
    [['collections:read'], 'collections:docs:read', true],
    [['collections:write'], 'collections:docs:read', false],
    [['collections:*'], 'collections:docs:read', true],
    [['collections:docs:read'], 'collections:docs:read', true],
    [['collections:docs:read'], 'collections:docs:write', false],
    [['collections:docs:read'], 'collections:other:read', false],
    [['collections:docs:read'], 'collections:read', false],
    [['collections:docs:read'], 'collections', false],
    [['collections:docs-*:read'], 'collections:docs-a:read', true],
    [['collections:docs-*:read'], 'collections:docs:read', false],
    [['collections:docs:*'], 'collections:docs:write', true],
    [['collections::read'], 'collections:docs:read', false],
    [['collections:'], 'collections:docs:read', false],
    [['collections:'], 'collections:', true],
    [['collections:read'], 'collections:docs:x:read', false],
    [['collections:a:b:read'], 'collections:a:read', false],
    [['coll'], 'collections:read', false],
    [['*'], 'chat', false],
    [['*:*'], 'admin:read', false],
    [['CHAT'], 'chat', false],
    [nothing, 'chat', false],
    [nothing, ':read', false],
  ] as const)('%j and %s: %p', (granted, scope, allowed) => {
    expect(grants(granted, scope)).toBe(allowed)
  })
})
