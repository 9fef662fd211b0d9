// The estimate stands in for a bill, so it must be near the truth and never nothing for something.
import { expect, test } from 'bun:test'
import { estimateOutputTokens } from './estimate-output.ts'

const estimate = (answer: object): number => estimateOutputTokens(Buffer.from(JSON.stringify(answer)))

test('four bytes of text are one token, and the frame around it is none', () => {
  const message = { role: 'assistant', content: 'abcdefgh', refusal: null }
  expect(estimate({ id: 'a-long-id-that-costs-nothing', choices: [{ index: 0, message }] })).toBe(2)
})

test('all choices, reasoning and tool calls count', () => {
  const calls = [
    { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
  ]
  const one = estimate({ choices: [{ message: { content: 'abcd', reasoning_content: 'abcdefgh' } }] })
  expect(one).toBe(3)
  expect(estimate({ choices: [{ message: { content: 'abcd' } }, { message: { content: 'abcd' } }] })).toBe(2)
  expect(estimate({ choices: [{ message: { content: null, tool_calls: calls } }] })).toBeGreaterThan(5)
})

test('text outside ASCII counts by its bytes', () => {
  expect(estimate({ choices: [{ message: { content: '你好' } }] })).toBe(2)
})

test('what says nothing costs nothing', () => {
  for (const odd of [
    { choices: [] },
    { choices: [null, 7, { message: 'text' }] },
    { data: [{ embedding: [1, 2] }] },
  ]) {
    expect(estimate(odd)).toBe(0)
  }
})

test('an answer that only the scan takes for JSON is counted by its size', () => {
  expect(estimateOutputTokens(Buffer.from('{"choices":[{"message":{"content":"a\nb"}}]}'))).toBe(11)
})

test('an answer too large to be parsed is counted by its size', () => {
  expect(estimate({ choices: [{ message: { content: 'x'.repeat(4_000_000) } }] })).toBeCloseTo(1_000_000, -2)
})
