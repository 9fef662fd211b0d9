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
