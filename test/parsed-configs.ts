// Configs as the loader reads them, in a world with some files and variables.
import type { Facts } from '../src/config/facts.ts'
import { parseConfig } from '../src/config/parse-config.ts'
import { formatProblems } from '../src/config/problem.ts'
import { catalogue } from '../src/providers/catalogue.ts'

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const files = new Map([
  ['key.txt', 'sk-from-a-file\n'],
  ['empty.txt', '\n'],
  ['two-lines.txt', 'sk-one\nsk-two\n'],
  ['tls.pem', pem],
])
export const facts: Facts = {
  knownProviders: catalogue,
  environment: {
    OPENAI_API_KEY: 'sk-canary-openai',
    CI_KEY: 'canary-0123456789',
    SAME_KEY: 'canary-0123456789',
    SHORT_KEY: 'canary-15-chars',
    HOOK: `whsec_${'A'.repeat(32)}`,
    EMPTY: '',
    BROKEN: 'canary with\r\nx-evil: 1',
  },
  readText: (path) => {
    const text = files.get(path)
    if (text !== undefined) return { ok: true, text }
    return { ok: false, missing: true, reason: 'does not exist' }
  },
}

/** `line:column path: message`, one for each problem. */
export function problemsOf(text: string, given: Partial<Facts> = {}): string[] {
  const outcome = parseConfig(text, { ...facts, ...given })
  if (outcome.ok) return []
  const printed = formatProblems({ source: 'f', problems: outcome.problems })
  return printed
    .split('\n')
    .slice(1)
    .map((line) => line.replace('  - f:', ''))
}

/** The text on one line; the long ones differ early. */
export function titleOf(text: string): string {
  return JSON.stringify(text.slice(0, 160))
}

export function configOf(text: string) {
  const outcome = parseConfig(text, facts)
  if (!outcome.ok) throw new Error(formatProblems({ source: 'f', problems: outcome.problems }))
  return outcome
}

/** What is said of an address that is none. */
export const redisAdvice =
  'write auto, off, an address such as redis://host:6379, or env:NAME or file:PATH for one with a password'
/** What is said where a secret is written out. */
export const secretAdvice =
  'secrets are named here, never written: put it in an environment variable and write env:NAME'
