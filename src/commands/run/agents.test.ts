import { describe, expect, test } from 'bun:test'
import { prepareCommand, programName } from './agents.ts'

const place = { url: 'http://127.0.0.1:1', secret: 'sp_x' }

function wordsOf(...words: readonly [string, ...string[]]): readonly string[] {
  return prepareCommand(words, place).words
}

describe('a command', () => {
  test('that needs nothing beyond the usual stays as it is', () => {
    const { words, change } = prepareCommand(['python', 'claude', 'codex'], place)
    expect([words, change]).toEqual([['python', 'claude', 'codex'], { words: [], set: {}, unset: [] }])
  })

  test('is known by its program and, behind npx, by its package', () => {
    const unsetOf = (...words: readonly [string, ...string[]]): readonly string[] =>
      prepareCommand(words, place).change.unset
    const ways: readonly (readonly [string, ...string[]])[] = [
      ['claude'],
      ['/usr/local/bin/claude', '-p', 'hi'],
      ['npx', 'claude'],
      ['npx', '-y', '@anthropic-ai/claude-code', '-p'],
      ['bunx', '@anthropic-ai/claude-code@2.1.0'],
      ['npx', '-p', '@anthropic-ai/claude-code', 'claude'],
      ['npx', '--yes', '--package', 'other', '--package=@anthropic-ai/claude-code', '--', 'claude', '-p'],
      ['npx', '--registry', 'https://npm.example', '@anthropic-ai/claude-code'],
      ['bunx', '--bun', '-p', '@anthropic-ai/claude-code', 'claude'],
      ['pnpx', '--package', '@anthropic-ai/claude-code', 'claude'],
    ]
    for (const words of ways) {
      expect([words, unsetOf(...words)]).toEqual([words, ['ANTHROPIC_API_KEY']])
    }
    expect(unsetOf('gemini')).toEqual(['GOOGLE_API_KEY'])
    expect(unsetOf('npx')).toEqual([])
    expect(unsetOf('npx', '--')).toEqual([])
    expect(unsetOf('npx', '-p')).toEqual([])
    expect(unsetOf('npx', '-p', 'claude', 'other')).toEqual([])
    expect(unsetOf('npx', '-c', 'claude')).toEqual([])
    expect(unsetOf('claude-helper')).toEqual([])
  })

  test('gets its words behind its program and before its own', () => {
    const added = wordsOf('codex').slice(1)
    expect(added.length).toBe(4)
    expect(wordsOf('codex', 'exec', 'hi')).toEqual(['codex', ...added, 'exec', 'hi'])
    const npx = ['npx', '-y', '@openai/codex'] as const
    expect(wordsOf(...npx, 'exec')).toEqual([...npx, ...added, 'exec'])
    const named = ['npx', '-p', '@openai/codex', 'codex'] as const
    expect(wordsOf(...named, 'exec')).toEqual([...named, ...added, 'exec'])
  })

  test('is called by the name of what is really run', () => {
    expect(programName(['/usr/bin/python3', 'x.py'])).toBe('python3')
    expect(programName(['npx', '-y', '@anthropic-ai/claude-code@latest'])).toBe('claude-code')
    expect(programName(['npx', '-p', '@openai/codex@latest', 'codex'])).toBe('codex')
    expect(programName(['npx'])).toBe('npx')
    expect(programName(['npx', '-c', 'codex exec'])).toBe('npx')
  })
})
