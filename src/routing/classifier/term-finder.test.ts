import { describe, expect, test } from 'bun:test'
import { termFinder } from './term-finder.ts'

const finder = termFinder(['prov* proof démontr*', 'list доказ* straße'], ['证明', '翻译 総'])

function found(text: string): number[] {
  const counts = new Uint16Array(2)
  finder.count(text, { from: 0, until: text.length }, counts)
  return [...counts]
}

describe('words of lists in a text', () => {
  test.each([
    ['prove the proof', [2, 0]],
    ['Proving, PROVEN; prov', [3, 0]],
    ['proofs', [0, 0]],
    ['improve', [0, 0]],
    ['proof-list', [1, 1]],
    ['list', [0, 1]],
    ['lists', [0, 0]],
    ['démontrer demontrons', [2, 0]],
    ['Доказать доказательство', [0, 2]],
    ['Straße', [0, 1]],
    ['请证明并翻译', [1, 1]],
    ['proof证明proof', [3, 0]],
    ['', [0, 0]],
    ['😀 proof 😀', [1, 0]],
  ])('%p', (text, counts) => {
    expect(found(text)).toEqual(counts)
  })

  test('are looked for only between two places', () => {
    const counts = new Uint16Array(2)
    finder.count('proof proof proof', { from: 6, until: 11 }, counts)
    expect([...counts]).toEqual([1, 0])
  })

  test('count once, however long the word is', () => {
    expect(found(`prov${'e'.repeat(10_000)}`)).toEqual([1, 0])
  })
})
