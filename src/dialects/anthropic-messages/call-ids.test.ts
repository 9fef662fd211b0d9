import { describe, expect, test } from 'bun:test'
import { acceptedCallIds } from './call-ids.ts'

describe('ids of tool calls', () => {
  test('accepted ones stay as they are, wherever they stand', () => {
    const idFor = acceptedCallIds(['a:b', 'a_b', 'toolu_01'])
    expect(['a:b', 'a_b', 'toolu_01'].map(idFor)).toEqual(['a_b_2', 'a_b', 'toolu_01'])
  })

  test('no two calls share one', () => {
    const ids = ['a:b', 'a;b', 'a_b_2', '', '::', 'a b']
    const idFor = acceptedCallIds(ids)
    const made = ids.map(idFor)
    expect(new Set(made).size).toBe(ids.length)
    expect(made.every((id) => /^[A-Za-z0-9_-]+$/.test(id))).toBe(true)
    expect(ids.map(idFor)).toEqual(made)
  })

  test('a result without its call gets an id too', () => {
    expect(acceptedCallIds([])('x.y')).toBe('x_y')
  })

  test('thousands of odd ids cost no search each', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => String.fromCharCode(0x4e00 + index))
    const idFor = acceptedCallIds(ids)
    expect(new Set(ids.map(idFor)).size).toBe(ids.length)
  })
})
