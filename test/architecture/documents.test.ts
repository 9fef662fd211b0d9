// Holds the paper to the code: links that lead somewhere, decisions in their form, the map for agents short.
import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesUnder, read, root } from './source-files.ts'

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'bench', 'test'].flatMap((folder) => filesUnder(folder, '.md')),
]
const decisions = filesUnder('docs/adr', '.md').filter((path) => !path.endsWith('README.md'))

describe('documents', () => {
  test('links lead to files and headings that exist', () => {
    expect(documents.flatMap(brokenLinks)).toEqual([])
  })

  test('a decision has its date, context, decision, refused alternatives and what would change our mind', () => {
    const headings = ['## Context', '## Decision', '## Refused', '## What would change our mind']
    const incomplete = decisions.filter((path) => {
      const text = read(path)
      const date = /^docs\/adr\/(\d{4}-\d{2}-\d{2})-[a-z0-9-]+\.md$/.exec(path)?.[1]
      return (
        date === undefined ||
        !text.includes(date) ||
        !headings.every((heading) => text.includes(`\n${heading}\n`))
      )
    })
    expect(decisions.length).toBeGreaterThan(0)
    expect(incomplete).toEqual([])
  })

  test('every decision is listed, newest last', () => {
    const listed = [...read('docs/adr/README.md').matchAll(/\]\((\d{4}[^)]+\.md)\)/g)].map(
      (match) => `docs/adr/${match[1]}`,
    )
    expect(listed).toEqual(decisions)
  })

  test('every dependency has its sentence', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >
    const sentences = read('docs/adr/2026-11-21-dependencies.md')
    const names = [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]
    expect(names.filter((name) => !sentences.includes(`\`${name}\``))).toEqual([])
  })

  test('every dependency is pinned to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    )
    expect(loose).toEqual([])
  })

  test('every folder of src/ is in the map', () => {
    const map = read('ARCHITECTURE.md')
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    expect(folders.map(({ name }) => name).filter((name) => !map.includes(`\`${name}/\``))).toEqual([])
  })

  test('the page for agents stays short', () => {
    expect(read('AGENTS.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
  })

  test('every command that the pages name exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/\bnpm run ([a-z:-]+)/g)].map((match) => match[1] ?? ''),
    )
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([])
  })
})

function brokenLinks(path: string): string[] {
  const text = read(path).replaceAll(/```[\s\S]*?```/g, '')
  return [...text.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link) && !isReachable(path, link))
    .map((link) => `${path}: ${link}`)
}

function isReachable(path: string, link: string): boolean {
  const [file = '', heading] = link.split('#')
  const target = file === '' ? path : join(dirname(path), file)
  if (!existsSync(join(root, target))) return false
  return heading === undefined || !target.endsWith('.md') || anchorsOf(target).has(heading)
}

/** Headings as the usual renderers name them. */
function anchorsOf(path: string): Set<string> {
  const headings = [...read(path).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '')
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
