// GET /openapi.json and GET /docs: what can be asked here, for programs and for people. Made when it is first asked for.
import { loadApart } from '../../platform/apart.ts'
import type * as ApiParts from '../openapi/api-apart.ts'
import type { Route } from '../router.ts'

/** Nothing on the page may load or run anything. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/** Both, over the routes that there are. */
export function apiDescription(routes: () => readonly Route[], version: string): readonly Route[] {
  let made: Promise<{ readonly json: string; readonly page: string }> | undefined
  const description = (): NonNullable<typeof made> => (made ??= describe(routes(), version))
  return [
    {
      method: 'GET',
      path: '/openapi.json',
      access: 'anybody',
      answer: async () =>
        new Response((await description()).json, { headers: { 'content-type': 'application/json' } }),
    },
    {
      method: 'GET',
      path: '/docs',
      access: 'anybody',
      answer: async () => new Response((await description()).page, { headers: pageHeaders }),
    },
  ]
}

async function describe(
  routes: readonly Route[],
  version: string,
): Promise<{ readonly json: string; readonly page: string }> {
  const place = { file: '../openapi/api-apart.ts', from: import.meta.url }
  const { apiPage, describeApi } = await loadApart<typeof ApiParts>('http/openapi/api-apart', place)
  const document = describeApi(routes, version)
  return { json: `${JSON.stringify(document)}\n`, page: apiPage(document) }
}
