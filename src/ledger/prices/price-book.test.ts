import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { PriceBook, readPrice } from './price-book.ts'
import type { Price } from '../../core/price.ts'
import type { PriceVersion } from '../../core/price.ts'

const cheap = priceWith({ input: 1_000_000, output: 2_000_000 })
const dear = priceWith({ input: 5_000_000, output: 9_000_000 })

describe('the price book', () => {
  test('gives a price an id that is made of what it says', () => {
    const { book, kept } = emptyBook()
    const version = book.versionOf(cheap)
    const again = book.versionOf(priceWith({ output: 2_000_000, input: 1_000_000 }))
    expect(version.id).toMatch(/^price_[0-9a-f]{24}$/)
    expect(again).toBe(version)
    expect(book.versionOf(dear).id).not.toBe(version.id)
    expect(kept.map(({ id }) => id)).toEqual([version.id, book.versionOf(dear).id])
    expect(emptyBook().book.versionOf(cheap).id).toBe(version.id)
  })

  test('keeps each version before it is used, so that it can be reckoned by later', () => {
    const { book, kept } = emptyBook()
    const { id } = book.versionOf(dear)
    expect(book.byId(id)?.price).toEqual(dear)
    expect(readPrice(kept[0]?.text ?? '')).toEqual(dear)
    expect(book.byId('price_0')).toBeUndefined()
  })

  test('has no version that could not be kept', () => {
    const book = new PriceBook({
      hash: sha256,
      keep: () => {
        throw new Error('disk full')
      },
    })
    expect(() => book.versionOf(cheap)).toThrow('disk full')
    expect(() => book.versionOf(cheap)).toThrow('disk full')
  })

  test('knows from when on a price holds, in whatever order they are written', () => {
    const dayMs = Date.UTC(2026, 2, 13)
    const schedule = emptyBook().book.schedule(
      [
        { fromMs: dayMs, price: dear },
        { fromMs: -Infinity, price: cheap },
      ],
      'public',
    )
    expect(schedule.at(dayMs - 1)?.price).toBe(cheap)
    expect(schedule.at(dayMs)?.price).toBe(dear)
    expect(schedule.at(dayMs - 1)?.price).toBe(cheap)
  })

  test('takes an unknown price for unknown, not for nothing', () => {
    const { book, kept } = emptyBook()
    expect(book.schedule([], 'public').at(0)).toBeUndefined()
    expect(book.schedule([{ fromMs: 10, price: cheap }], 'config').at(9)).toBeUndefined()
    expect(kept).toEqual([])
  })
})

function priceWith(rates: Price['rates']): Price {
  return { rates, callNanoDollars: 0, variants: [], discountMillionths: 0 }
}

function emptyBook(): { book: PriceBook; kept: PriceVersion[] } {
  const kept: PriceVersion[] = []
  return { book: new PriceBook({ hash: sha256, keep: (version) => void kept.push(version) }), kept }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
