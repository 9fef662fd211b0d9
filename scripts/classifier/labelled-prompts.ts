// Reads the prompts of test/fixtures/classifier, and says which of them are for fitting and which for testing.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { featuresOf } from '../../src/routing/classifier/prompt-features.ts'
import type { PromptFacts, PromptFeatures } from '../../src/routing/classifier/prompt-features.ts'

const folder = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'classifier')

export interface LabelledPrompt {
  readonly language: string
  readonly hard: boolean
  readonly text: string
  readonly facts: PromptFacts
  /** Never used for fitting. */
  readonly heldOut: boolean
}

export function labelledPrompts(): readonly LabelledPrompt[] {
  const passages = new Map(
    readdirSync(join(folder, 'passages')).map((name) => [
      name.replace('.txt', ''),
      readFileSync(join(folder, 'passages', name), 'utf8').trimEnd(),
    ]),
  )
  return [false, true].flatMap((hard) =>
    readFileSync(join(folder, hard ? 'hard.txt' : 'easy.txt'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => promptOf(line, hard, passages)),
  )
}

export function featuresOfPrompt({ text, facts }: LabelledPrompt): PromptFeatures {
  return featuresOf([{ role: 'user', text }], facts)
}

function promptOf(line: string, hard: boolean, passages: ReadonlyMap<string, string>): LabelledPrompt {
  const [, language = '', accompanied = '', request = ''] = /^(\w+) \| ([^|]+) \| (.+)$/.exec(line) ?? []
  if (request === '') throw new Error(`not "language | with | request": ${line}`)
  const parts = new Map(accompanied.split(' ').map((part) => [part.split('=')[0], part.split('=')[1] ?? '']))
  const material = (parts.get('passage') ?? '')
    .split('+')
    .filter((name) => name !== '')
    .map((name) => {
      const passage = passages.get(name)
      if (passage === undefined) throw new Error(`no passage is called ${name}`)
      return passage
    })
  // People ask before what they paste and after it.
  const asksLast = hashOf(request) % 4 === 0
  return {
    language,
    hard,
    text: (asksLast ? [...material, request] : [request, ...material]).join('\n\n'),
    facts: {
      toolCount: Number(parts.get('tools') ?? 0),
      turns: Number(parts.get('turns') ?? 1),
      hasSchema: parts.has('schema'),
      hasImages: parts.has('images'),
    },
    heldOut: hashOf(line) % 10 < 3,
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
