import { expect, test } from 'bun:test'
import { inRounds, median } from './rounds.ts'

test('every other round goes through the subjects backwards', async () => {
  const order: string[] = []
  const measured = await inRounds(3, [{ name: 'direct' }, { name: 'nginx' }], async ({ name }, round) => {
    order.push(`${round}${name}`)
    return { figure: round }
  })
  expect(order).toEqual(['0direct', '0nginx', '1nginx', '1direct', '2direct', '2nginx'])
  expect(measured).toEqual({ figure: { direct: [0, 1, 2], nginx: [0, 1, 2] } })
})

test('the median of an even number of figures lies between the middle two', () => {
  expect(median([9, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 9])).toBe(3.5)
  expect(median([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY)
  expect(() => median([])).toThrow('nothing')
})
