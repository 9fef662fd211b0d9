// Every fixture read twice, by us and by the Vercel AI SDK's provider of its dialect. Both must have understood the same.
import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DialectName } from '../../src/core/model-request.ts'
import { providerCodecs } from '../../src/dialects/doors.ts'
import { readCase, transcriptsOf } from '../transcripts.ts'
import type { Transcript } from '../transcripts.ts'
import { heardStream, heardWhole } from './ai-sdk.ts'
import type { OracleName } from './ai-sdk.ts'
import { differing, knownAt, strayIn } from './differing.ts'
import { heardOf } from './heard.ts'
import { readingDifferences } from './known-differences.ts'

/** The SDK has no provider for Ollama's own dialect. */
const readers: readonly (readonly [DialectName, OracleName])[] = [
  ['openai-chat', 'openai'],
  ['openai-chat', 'openai-compatible'],
  ['openai-responses', 'responses'],
  ['anthropic-messages', 'anthropic'],
  ['gemini', 'google'],
]

const fixtures = new URL('../fixtures/', import.meta.url).pathname

function heardInFixture(dialect: DialectName, { name }: Transcript, oracle: OracleName) {
  const whole = join(fixtures, dialect, name, 'wire.json')
  if (existsSync(whole)) return heardWhole(oracle, readFileSync(whole, 'utf8'))
  return heardStream(oracle, readFileSync(join(fixtures, dialect, name, 'wire.sse'), 'utf8'))
}

describe.each(readers)('answers in %s as %s reads them', (dialect, oracle) => {
  test.each(transcriptsOf(dialect).map((transcript) => [transcript.name, transcript] as const))(
    '%s says the same to both',
    async (name, transcript) => {
      const ours = heardOf(readCase(providerCodecs[dialect], transcript))
      const theirs = await heardInFixture(dialect, transcript, oracle)
      const way = transcript.whole === undefined ? 'stream' : 'whole'
      const known = knownAt(readingDifferences, { at: `${dialect}/${name}`, oracle, way })
      expect(differing(ours, theirs)).toEqual(known)
    },
  )
})

test('every difference in what is read is where somebody reads', () => {
  const read = readers.flatMap(([dialect, oracle]) =>
    transcriptsOf(dialect).map(({ name }) => [`${dialect}/${name}`, oracle] as const),
  )
  expect(strayIn(readingDifferences, read)).toEqual([])
})
