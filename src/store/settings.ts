// The settings of what is kept, and where. The names of planned stores are known, so that whoever tries one is told
// what works instead; addresses of databases carry passwords, so no message repeats them.
import * as z from 'zod'
import { list, localSecretReference, section } from '../platform/setting-values.ts'

export const databaseSetting = z
  .literal('sqlite', { error: (issue) => databaseAdvice(issue.input) })
  .prefault('sqlite')
  .describe('Where records and keys are kept: `sqlite`, in the data directory.')

export const redisSetting = z
  .literal(['off', false], { error: 'this version works without Redis; write `redis: off`' })
  .transform(() => 'off' as const)
  .prefault('off')
  .describe('Memory that several processes have in common: `off`.')

export const encryptionSettings = section({
  key: localSecretReference()
    .optional()
    .describe(
      'The key under which kept prompts, answers and copies of secrets are encrypted: 32 random bytes in base64 or hexadecimal.',
    ),
  previous: list(localSecretReference(), 10)
    .prefault([])
    .describe('Keys before that one, as long as something is kept under them.'),
})

export type EncryptionSettings = z.output<typeof encryptionSettings>
export type DatabaseSetting = z.output<typeof databaseSetting>
export type RedisSetting = z.output<typeof redisSetting>

function databaseAdvice(written: unknown): string {
  const planned = typeof written === 'string' && /^postgres(ql)?\b/.test(written)
  return planned
    ? 'this version keeps its records in SQLite; write `database: sqlite`'
    : 'write `database: sqlite`'
}

const bytesWanted = 32
/** Of 32 random bytes fewer different ones come once in many lives of the universe. */
const differentMin = 18

/** What is wrong with it; undefined for a good one. The sentence holds nothing of it. */
export function masterKeyProblem(text: string): string | undefined {
  const advice = 'make one with "openssl rand -base64 32"'
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[\w+/-]{43}=?$/.test(text)
      ? Buffer.from(text, 'base64')
      : undefined
  if (bytes?.length !== bytesWanted) return `the key is not 32 bytes in base64 or hexadecimal; ${advice}`
  if (new Set(bytes).size < differentMin || isCounting(bytes))
    return `the key is a sample, not a random one; ${advice}`
  // Words that somebody typed, such as "change-me-…", are letters alone.
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f))
    return `the key is text, not random bytes; ${advice}`
  return undefined
}

/** 0, 1, 2, …, as in every example. */
function isCounting(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => index === 0 || byte === ((bytes[index - 1] ?? 0) + 1) % 256)
}
