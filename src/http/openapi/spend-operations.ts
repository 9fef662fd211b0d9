// What can be asked of usage and spending.
import { exportFormats } from '../../ledger/export/export-formats.ts'
import { dimensions, intervals } from '../../ledger/spend/spend.ts'
import { after, limit } from './list-parameters.ts'
import type { Operation, Parameter } from './operation.ts'

const window: readonly Parameter[] = [
  {
    name: 'from',
    in: 'query',
    says: 'From here on, by the hour: 2026-11, 2026-11-21, 2026-11-21T08:00:00Z. Left out, the beginning of the month.',
  },
  { name: 'to', in: 'query', says: 'Until before here. Left out, the end of this month.' },
]
const interval: Parameter = {
  name: 'interval',
  in: 'query',
  says: 'A sum for each. Left out, one for the whole time.',
  schema: { enum: intervals },
}
const filters: readonly Parameter[] = dimensions.map((dimension) => ({
  name: dimension,
  in: 'query',
  says: 'Only of this one; may be said several times, and is empty for what is not known.',
}))

export const usageOperation: Operation = {
  method: 'GET',
  path: '/v1/usage',
  id: 'readUsage',
  group: 'records',
  summary: 'What this key has used, and what is left of its budgets and limits.',
  parameters: [
    {
      name: 'of',
      in: 'query',
      says: 'Whose calls.',
      schema: { enum: ['key', 'user', 'team'], default: 'key' },
    },
    {
      name: 'by',
      in: 'query',
      says: 'What sums are told apart by, with commas.',
      schema: { default: 'model' },
    },
    ...window,
    interval,
    limit,
    after,
  ],
  answer: { says: 'Sums, budgets and limits.' },
}

export const spendOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/admin/v1/spend',
    id: 'readSpend',
    group: 'operators',
    summary: 'What was spent, in the order of time and names.',
    parameters: [
      { name: 'by', in: 'query', says: `Up to four of ${dimensions.join(', ')}, with commas.` },
      ...window,
      interval,
      ...filters,
      limit,
      after,
    ],
    answer: { says: 'A page of sums.', listOf: 'Spend' },
  },
  {
    method: 'GET',
    path: '/admin/v1/spend/export',
    id: 'exportSpend',
    group: 'operators',
    summary: 'Every attempt, or what was spent by the day in the columns of FOCUS 1.2, as a file.',
    parameters: [
      { name: 'format', in: 'query', says: 'How.', schema: { enum: exportFormats, default: 'csv' } },
      ...window,
      ...filters,
    ],
    answer: { says: 'The file, as it is read.', type: 'text/plain' },
  },
]
