// Every route is described, and every description has its route.
import { expect, test } from 'bun:test'
import { routeTable } from '../../scripts/derived/route-table.ts'
import { routeOf } from '../../src/http/openapi/describe-api.ts'
import { routeOperations } from '../../src/http/openapi/route-operations.ts'

const table = routeTable()

test('a route that the description of the API does not have is a mistake, and the other way round', () => {
  const described = new Set(routeOperations.map((operation) => routeOf(operation, table)))
  const silent = table.filter((route) => !described.has(route))
  expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  const without = routeOperations.filter((operation) => routeOf(operation, table) === undefined)
  expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual([])
})
