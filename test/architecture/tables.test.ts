// Holds the tables that people write to the lists that the code has: every command, every act of the audit trail, every
// line of the log and every header of ours.
import { describe, expect, test } from 'bun:test'
import type { Command } from 'commander'
import { auditActions } from '../../src/audit/audit-trail.ts'
import { commandProgram } from '../../src/commands/command-line.ts'
import type { ProcessPort } from '../../src/commands/process-port.ts'
import { filesUnder, product, read } from './source-files.ts'

describe('tables', () => {
  test('of commands name each of them', () => {
    const program = commandProgram({} as ProcessPort, async () => {})
    const names = new Set(program.commands.flatMap((command) => pathsOf(command, [])))
    const listed = new Set(read('README.md').split('\n').flatMap(commandsInRow))
    expect([...names].filter((name) => !listed.has(name))).toEqual([])
    // Commander adds this one by itself.
    expect([...listed].filter((name) => !names.has(name))).toEqual(['help'])
  })

  test('of the audit trail name each act', () => {
    const listed = read('docs/guides/administration.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...firstCell(line).matchAll(/`([a-z]+\.[a-z]+)`/g)].map(([, action]) => action))
    expect(listed.toSorted()).toEqual([...auditActions].toSorted())
  })
})

describe('pages', () => {
  const pages = filesUnder('docs', '.md').map(read).join('\n')

  test.each([
    ['event of the log', /\b(?:log|#log)\??\.(?:info|warn|error)\(\s*'([a-z_]+)'/g],
    ['header', /'(x-sallyport-[a-z-]+)'/g],
  ])('name every %s', (_, form) => {
    const names = new Set(
      product.flatMap(({ text }) => [...text.matchAll(form)].map(([, name = '']) => name)),
    )
    expect(names.size).toBeGreaterThan(20)
    expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(pages))).toEqual([])
  })
})

/** `keys create`, not `keys`: what has commands within it does nothing alone. */
function pathsOf(command: Command, above: readonly string[]): readonly string[] {
  const path = [...above, command.name()]
  return command.commands.length === 0
    ? [path.join(' ')]
    : command.commands.flatMap((inner) => pathsOf(inner, path))
}

/** The commands in the first cell: what follows the first one stands in the place of its last word. */
function commandsInRow(line: string): readonly string[] {
  const codes = [...firstCell(line).matchAll(/`([^`]+)`/g)].map(([, code = '']) => wordsOf(code))
  const [first, ...others] = codes
  if (first?.[0] !== 'sallyport') return []
  const path = first.slice(1)
  return [path, ...others.map((words) => [...path.slice(0, -1), ...words])].map((words) => words.join(' '))
}

/** Without arguments and options. */
function wordsOf(code: string): readonly string[] {
  const words = code.split(' ')
  const end = words.findIndex((word) => !/^[a-z]+$/.test(word))
  return end === -1 ? words : words.slice(0, end)
}

function firstCell(line: string): string {
  return line.startsWith('| ') ? (line.split(' | ')[0] ?? '') : ''
}
