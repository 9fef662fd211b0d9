// The oracle itself: a lie of every kind that it is there for is found, and the truth is not taken for one.
import { expect, test } from 'bun:test'
import type { BillEntry } from '../simulator/bill.ts'
import { ledgerFigures, truthFigures } from './check-ledger.ts'
import type { Row } from './check-ledger.ts'
import { atLeast, atMost, none, quantile, worstOf } from './figure.ts'
import type { Figure } from './figure.ts'
import { readOptions } from './options.ts'
import type { SeenCall } from './see-call.ts'

const silent = (): void => {}
const row: Row = {
  attempt_id: 'att_1',
  call_id: 'call_1',
  provider: 'sim',
  outcome: 'ok',
  status: 200,
  usage_source: 'final',
  input_tokens: 4,
  output_tokens: 100,
  started_at_ms: 0,
}
const entry: BillEntry = {
  attemptId: 'att_1',
  key: '',
  endpoint: 'chat',
  model: 'm',
  stream: true,
  inputTokens: 4,
  outputTokens: 100,
  status: 200,
  finish: 'done',
  usageSent: null,
  receivedAtMs: 0,
  headAtMs: 0,
  firstEventAtMs: 0,
  endedAtMs: 0,
  clientClosedAtMs: null,
}
const call: SeenCall = {
  prompt: 'p',
  end: 'whole',
  status: 200,
  text: 'one two three',
  problem: '',
  attempts: 1,
  dueMs: 0,
  endedMs: 1,
  latencyMs: 1,
  firstByteMs: 1,
}

function missed(figures: readonly Figure[]): readonly string[] {
  return figures.filter(({ isMet }) => !isMet).map(({ name }) => name)
}

test.each([
  ['nothing wrong', [row], [entry], []],
  ['an attempt that is not recorded', [], [entry], ['billed, not recorded']],
  ['a record of what was never sent', [row], [], ['recorded, never sent']],
  ['an attempt that could not be sent', [{ ...row, outcome: 'unreachable', status: 0 }], [], []],
  ['an attempt that was billed twice', [row], [entry, entry], ['billed twice']],
  ['a final count one off', [{ ...row, output_tokens: 99 }], [entry], ['counts that differ']],
  [
    'more than was written',
    [{ ...row, outcome: 'interrupted', output_tokens: 120 }],
    [entry],
    ['counts that differ'],
  ],
  [
    'less than came before a cut',
    [{ ...row, outcome: 'interrupted', output_tokens: 1 }],
    [{ ...entry, finish: 'cut' as const }],
    ['counts that differ'],
  ],
  [
    'a count of ours that is nearly right',
    [{ ...row, usage_source: 'observed', output_tokens: 98 }],
    [entry],
    [],
  ],
] as const)('of bill and records: %s', (_, rows, bill, names) => {
  expect(missed(ledgerFigures(rows, bill, silent))).toEqual([...names])
})

test.each([
  ['a whole answer', call, []],
  ['a beginning that is told to be one', { ...call, end: 'told', text: 'one two' }, []],
  ['a beginning that ends as if it were whole', { ...call, text: 'one two' }, ['false clean ends']],
  [
    'a text with a word twice',
    { ...call, text: 'one two two three' },
    ['texts that no provider said', 'false clean ends'],
  ],
  [
    'an answer that stops without a word',
    { ...call, end: 'untold', text: 'one' },
    ['ends that were not told'],
  ],
  ['an answer that never ends', { ...call, end: 'hung', text: '' }, ['ends that were not told']],
] as const)('of answers: %s', (_, seen, names) => {
  expect(missed(truthFigures([seen], () => 'one two three', silent))).toEqual([...names])
})

test('bounds hold at them, and a figure without a number is missed', () => {
  expect(
    [atMost('a', 5, 5), atMost('a', 5.01, 5), atMost('a', Number.NaN, 5)].map(({ isMet }) => isMet),
  ).toEqual([true, false, false])
  expect(
    [atLeast('a', 5, 5), atLeast('a', 4.99, 5), atLeast('a', Number.NaN, 5)].map(({ isMet }) => isMet),
  ).toEqual([true, false, false])
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(quantile([4, 1, 3, 2], 1)).toBe(4)
  expect(quantile([], 0.5)).toBeNaN()
})

test('of many rounds the one that missed is shown', () => {
  const rounds = [[none('a', [], silent)], [none('a', ['x'], silent)], [none('a', [], silent)]]
  expect(worstOf(rounds)).toEqual([{ name: 'a', measured: 1, unit: '', bound: '= 0', isMet: false }])
})

test('the command takes scenarios by their ids and refuses what it does not know', () => {
  const known = ['F-06', 'F-08']
  expect(readOptions(['--only', 'f-08', '--seconds', '5'], known)).toMatchObject({
    only: ['F-08'],
    loadMs: 5_000,
  })
  expect(() => readOptions(['--only', 'F-99'], known)).toThrow('F-99')
  expect(() => readOptions(['--seconds', '0'], known)).toThrow('--seconds')
  expect(() => readOptions(['--seconds', 'x'], known)).toThrow('--seconds')
})
