import { describe, expect, test } from 'bun:test'
import { parseArguments, printArguments } from './call-arguments.ts'

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
}

describe('the arguments of a call', () => {
  test('are the object that their text holds, and no text is an empty one', () => {
    expect(parseArguments(' {"x": ["ü", {}]} ')).toEqual({ x: ['ü', {}] })
    expect(parseArguments('')).toEqual({})
  })

  test.each(['[1]', 'null', '"x"', '{"a":', '{} {}'])('%s holds no object', (text) => {
    expect(parseArguments(text)).toBeUndefined()
  })

  test('are nested 64 levels at most', () => {
    expect(parseArguments(nested(63))).toBeDefined()
    expect(parseArguments(nested(64))).toBeDefined()
    expect(parseArguments(nested(65))).toBeUndefined()
    expect(parseArguments(nested(100_000))).toBeUndefined()
  })

  test('of a provider are printed up to the same depth', () => {
    const sent = (depth: number) => JSON.parse(nested(depth)) as Record<string, unknown>
    expect(printArguments({ x: [1, null] })).toBe('{"x":[1,null]}')
    expect(printArguments(sent(64))).toBe(nested(64))
    expect(printArguments(sent(65))).toBeUndefined()
    expect(printArguments(sent(100_000))).toBeUndefined()
  })
})
