// A page of a list, as OpenAI's lists are asked for and answered: `limit` and `after` in, `has_more` out.
import { InvalidValue } from '../../core/errors.ts'

const limitUnasked = 100
const limitMax = 1_000

interface Entry {
  readonly id: string
}

/** The page that a query asks for. Throws InvalidValue for one that asks for none. */
export function listPage(all: readonly Entry[], query: URLSearchParams): object {
  const limit = limitIn(query.get('limit'))
  const after = query.get('after')
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  if (after !== null && start === 0) throw new InvalidValue('after', 'this id is not on the list')
  return pageOf(all.slice(start), limit)
}

/** So many of what follows, which need not be all of it: one more than is shown says that there are more. */
export function pageOf(following: readonly Entry[], limit: number): object {
  const page = following.slice(0, limit)
  return {
    object: 'list',
    data: page,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: following.length > limit,
  }
}

/** How many entries a page is to have. Throws InvalidValue. */
export function limitIn(written: string | null): number {
  if (written === null) return limitUnasked
  const limit = /^[1-9]\d{0,3}$/.test(written) ? Number(written) : 0
  if (limit < 1 || limit > limitMax) {
    throw new InvalidValue('limit', `must be a whole number from 1 to ${limitMax}`)
  }
  return limit
}
