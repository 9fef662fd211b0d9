// GET and DELETE /v1/responses/{id}, GET /v1/responses/{id}/input_items: responses that were kept, for the tenant of the
// key that asks. Whatever provider made them, they are had from here.
import { tenantOf } from '../../core/caller.ts'
import { InvalidValue, MethodNotAllowed } from '../../core/errors.ts'
import { ResponseNotFound } from '../../core/reference-errors.ts'
import { pageOf } from '../../responses/item-page.ts'
import type { PageWish } from '../../responses/item-page.ts'
import type { Responses } from '../../responses/responses.ts'
import type { Route, RouteRequest } from '../router.ts'

/** A kept response as it was answered, and what it was made from. */
export function keptResponse(responses: Responses): Route {
  return {
    method: 'GET',
    path: '/v1/responses/*',
    access: { scope: 'chat' },
    answer: async (asked) => {
      const { id, isItems } = placeOf(asked)
      return isItems ? await inputItems(id, asked, responses) : await whole(id, asked, responses)
    },
  }
}

/** Deletes a kept response. */
export function keptResponseRemoval(responses: Responses): Route {
  return {
    method: 'DELETE',
    path: '/v1/responses/*',
    access: { scope: 'chat' },
    answer: async (asked) => {
      const { id, isItems } = placeOf(asked)
      if (isItems) throw new MethodNotAllowed(new URL(asked.request.url).pathname, 'GET')
      await responses.remove(id, tenantIn(asked))
      return Response.json({ id, object: 'response', deleted: true })
    },
  }
}

async function whole(id: string, asked: RouteRequest, responses: Responses): Promise<Response> {
  const { searchParams } = new URL(asked.request.url)
  if (searchParams.get('stream') === 'true') {
    throw new InvalidValue('stream', 'a kept response is had as a whole; leave it out')
  }
  const { bodyJson } = await responses.find(id, tenantIn(asked))
  return new Response(bodyJson, { headers: { 'content-type': 'application/json' } })
}

async function inputItems(id: string, asked: RouteRequest, responses: Responses): Promise<Response> {
  const wish = readWish(new URL(asked.request.url).searchParams)
  return Response.json(pageOf(await responses.inputItems(id, tenantIn(asked)), wish))
}

const itemsSuffix = '/input_items'

function placeOf({ rest }: RouteRequest): { readonly id: string; readonly isItems: boolean } {
  const isItems = rest.endsWith(itemsSuffix)
  const id = isItems ? rest.slice(0, -itemsSuffix.length) : rest
  if (id === '' || id.includes('/')) throw new ResponseNotFound(rest)
  return { id, isItems }
}

function tenantIn({ caller }: RouteRequest): string {
  // The router lets nobody in here without a key.
  if (caller === undefined) throw new Error('A kept response was asked for by nobody.')
  return tenantOf(caller)
}

const limitUnasked = 20
const limitMax = 100

/** SDKs write lists as `include[]=…` or `include=…`. */
function readWish(query: URLSearchParams): PageWish {
  const limit = query.get('limit')
  const order = query.get('order') ?? 'desc'
  if (limit !== null && !/^[1-9]\d{0,2}$/.test(limit)) throw new InvalidValue('limit', limitAdvice)
  const number = limit === null ? limitUnasked : Number(limit)
  if (number > limitMax) throw new InvalidValue('limit', limitAdvice)
  if (order !== 'asc' && order !== 'desc') throw new InvalidValue('order', 'must be one of asc, desc')
  return {
    limit: number,
    order,
    after: query.get('after') ?? undefined,
    include: new Set([...query.getAll('include'), ...query.getAll('include[]')]),
  }
}

const limitAdvice = `must be a whole number from 1 to ${limitMax}`
