import { describe, expect, test } from 'bun:test'
import { at } from '../../../test/json-at.ts'
import { callAt } from '../call-routes.ts'
import { apiPage } from './api-page.ts'
import { callOperations } from './call-operations.ts'
import { describeApi, routeOf } from './describe-api.ts'
import type { DescribedRoute } from './describe-api.ts'
import { routeOperations } from './route-operations.ts'

const routes: readonly DescribedRoute[] = [
  { method: 'GET', path: '/v1/models', access: { scope: 'models' } },
  { method: 'GET', path: '/v1/models/*', access: { scope: 'models' } },
  { method: 'GET', path: '/metrics', access: { localOrScope: 'metrics' } },
  { method: 'GET', path: '/health', access: 'anybody' },
  { method: 'POST', path: '/admin/v1/keys', access: { scope: 'admin', reach: 'tenant' } },
  { method: 'POST', path: '/admin/v1/keys/*', access: { scope: 'admin', reach: 'tenant' } },
]

describe('the description', () => {
  const document = describeApi(routes, '1.2.3')

  test('says of calls which scope they need and who describes their bodies', () => {
    const chat = at(document, 'paths', '/v1/chat/completions', 'post')
    expect(at(chat, 'x-scope')).toBe('chat')
    expect(String(at(chat, 'requestBody', 'description'))).toContain('platform.openai.com')
  })

  test('has every path of calls that the edge takes, and no other', () => {
    for (const { path } of callOperations) expect(callAt(path.replace('{model}', 'm'))).toBeDefined()
  })

  test('takes who may do what from the routes', () => {
    const security = (path: string, method: string): unknown =>
      at(document, 'paths', path, method, 'security')
    expect(security('/health', 'get')).toEqual([])
    expect(security('/metrics', 'get')).toContainEqual({})
    expect(at(document, 'paths', '/admin/v1/keys/{id}/rotate', 'post')).toMatchObject({
      'x-scope': 'admin:write',
      'x-tenants': 'each its own',
    })
    expect(at(document, 'paths')).not.toHaveProperty(['/admin/v1/audit'])
  })

  test('prints the schemas that read bodies, as clients write them', () => {
    const content = at(document, 'paths', '/admin/v1/keys', 'post', 'requestBody', 'content')
    const schema = at(content, 'application/json', 'schema')
    expect(schema).toMatchObject({ type: 'object', required: ['name'], additionalProperties: false })
    expect(at(schema, 'properties', 'expires_in', 'type')).toBe('string')
  })

  test('names each thing once', () => {
    const ids = [...callOperations, ...routeOperations].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('is a page in which nothing is taken for markup', () => {
    const odd = { ...document, info: { title: '<script>', version: '"', description: '&' } }
    const page = apiPage(odd)
    expect(page).toContain('<h1>&lt;script&gt; &quot;</h1>')
    expect(page).not.toContain('<script')
  })
})

test('an operation belongs to the most exact route', () => {
  expect(routeOf({ method: 'GET', path: '/v1/models/{model}' }, routes)?.path).toBe('/v1/models/*')
  expect(routeOf({ method: 'GET', path: '/v1/models' }, routes)?.path).toBe('/v1/models')
  expect(routeOf({ method: 'POST', path: '/v1/models' }, routes)).toBeUndefined()
})
