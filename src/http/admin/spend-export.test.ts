import { describe, expect, test } from 'bun:test'
import { attemptRecord } from '../../../test/attempt-record.ts'
import { failureOf } from '../../../test/failure-of.ts'
import { UsageUnavailable } from '../../core/admin-errors.ts'
import type { AttemptPage, SpendReader } from '../../ledger/ports.ts'
import { spendExport } from './spend-export.ts'
import { spend } from './spend.ts'
import type { SpendParts, SpendRoute } from './spend.ts'

/** Pages of one attempt each, as many as there are; the one of this number cannot be read. */
class Pages implements SpendReader {
  read = 0
  readonly #count: number
  readonly #failing: number

  constructor(count: number, failing = Infinity) {
    this.#count = count
    this.#failing = failing
  }

  sums(): Promise<never> {
    return Promise.reject(new Error('disk I/O error'))
  }

  attempts(): Promise<AttemptPage> {
    this.read += 1
    if (this.read === this.#failing) return Promise.reject(new Error('disk I/O error'))
    const next = this.read < this.#count ? String(this.read) : undefined
    return Promise.resolve({ attempts: [attemptRecord()], next })
  }
}

function partsOver(reader: SpendReader): SpendParts {
  return { source: { upToDate: () => Promise.resolve({ reader, unshipped: 3 }) }, keyNames: () => new Map() }
}

async function answerOf(route: SpendRoute, query: string): Promise<Response> {
  const edge = { parts: { clock: { wallMs: () => Date.UTC(2026, 10, 21) } } }
  const request = new Request(`http://gateway.test${route.path}?${query}`)
  const caller = { keyId: 'k', keyName: 'k', scopes: ['admin'], models: [] }
  return await route.answer({ request, edge, caller })
}

describe('an export', () => {
  test('reads on only as it is taken, and to its end', async () => {
    const pages = new Pages(1_000)
    const answer = await answerOf(spendExport(partsOver(pages)), 'format=jsonl')
    expect([...answer.headers]).toEqual(
      expect.arrayContaining([
        ['content-disposition', 'attachment; filename="sallyport-attempts-2026-11-01-2026-12-01.jsonl"'],
        ['x-sallyport-unshipped-attempts', '3'],
      ]),
    )
    expect(pages.read).toBeLessThan(10)
    expect((await answer.text()).trimEnd().split('\n')).toHaveLength(1_000)
  })

  test('reads no further when its client has left', async () => {
    const pages = new Pages(1_000)
    const answer = await answerOf(spendExport(partsOver(pages)), 'format=csv')
    await answer.body?.cancel()
    expect(pages.read).toBeLessThan(10)
  })

  test('that cannot be read is refused, and one that breaks off does not end as if it were whole', async () => {
    const route = (failing: number): SpendRoute => spendExport(partsOver(new Pages(50, failing)))
    for (const format of ['csv', 'jsonl']) {
      expect(await failureOf(() => answerOf(route(1), `format=${format}`))).toBeInstanceOf(UsageUnavailable)
    }
    const answer = await answerOf(route(20), 'format=csv')
    expect(await failureOf(() => answer.text())).toBeInstanceOf(Error)
  })
})

test('sums that cannot be read are refused with a word on when to try again', async () => {
  const failure = await failureOf(() => answerOf(spend(partsOver(new Pages(1))), 'by=team'))
  expect(failure).toMatchObject({ code: 'usage_unavailable', retryAfterSeconds: 5 })
})
