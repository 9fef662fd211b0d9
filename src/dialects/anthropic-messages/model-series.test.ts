import { describe, expect, test } from 'bun:test'
import { alwaysThinks, hearsSystemAnywhere, samplesOneWay, thinksByEffort } from './model-series.ts'

describe('the name of a Claude model', () => {
  test.each<[string, string]>([
    ['claude-3-7-sonnet-20250219', ''],
    ['claude-3-haiku-20240307', ''],
    ['claude-sonnet-4-20250514', ''],
    ['claude-opus-4-1-20250805', 'one way'],
    ['claude-sonnet-4-5-20250929', 'one way'],
    ['us.anthropic.claude-opus-4-6-v1', 'one way'],
    ['claude-opus-4-7', 'effort, one way'],
    ['anthropic/claude-opus-4.8', 'effort, one way, system'],
    ['claude-sonnet-5', 'effort, one way, system'],
    ['claude-fable-5-1', 'effort, one way, system, always'],
    ['claude-mythos-preview', 'effort, always'],
    ['claude-latest', ''],
    ['glm-5.2', ''],
  ])('%s tells: %s', (model, expected) => {
    const told = [
      thinksByEffort(model) && 'effort',
      samplesOneWay(model) && 'one way',
      hearsSystemAnywhere(model) && 'system',
      alwaysThinks(model) && 'always',
    ]
    expect(told.filter((word) => word !== false).join(', ')).toBe(expected)
  })
})
