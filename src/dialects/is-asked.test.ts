import { expect, test } from 'bun:test'
import { settings } from '../core/model-request.ts'
import type { ModelRequest } from '../core/model-request.ts'
import { droppedOf } from './is-asked.ts'

const base: ModelRequest = { model: 'm', stream: false, turns: [], unplaced: [] }

function asked(members: Partial<ModelRequest>): string[] {
  return droppedOf({ ...base, ...members }, settings).map(({ setting }) => setting)
}

test('values that change nothing ask for nothing', () => {
  expect(asked({})).toEqual([])
  expect(
    asked({
      choices: 1,
      frequencyPenalty: 0,
      presencePenalty: 0,
      logprobs: false,
      logitBias: {},
      metadata: {},
      modalities: ['text'],
      parallelTools: true,
      safety: [],
      serviceTier: 'auto',
      stop: [],
      tools: [],
    }),
  ).toEqual([])
})

test('all others do', () => {
  expect(asked({ choices: 2, frequencyPenalty: 0.1, seed: 0, stop: ['a'], parallelTools: false })).toEqual([
    'parallelTools',
    'frequencyPenalty',
    'stop',
    'seed',
    'choices',
  ])
})
