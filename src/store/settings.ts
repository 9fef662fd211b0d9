// The settings of what is kept, and where. The names of planned stores are known, so that whoever tries one is told
// what works instead; addresses of databases carry passwords, so no message repeats them.
import * as z from 'zod'

export const databaseSetting = z
  .literal('sqlite', { error: (issue) => databaseAdvice(issue.input) })
  .prefault('sqlite')
  .describe('Where records and keys are kept: `sqlite`, in the data directory.')

export const redisSetting = z
  .literal(['off', false], { error: 'this version works without Redis; write `redis: off`' })
  .transform(() => 'off' as const)
  .prefault('off')
  .describe('Memory that several processes have in common: `off`.')

export type DatabaseSetting = z.output<typeof databaseSetting>
export type RedisSetting = z.output<typeof redisSetting>

function databaseAdvice(written: unknown): string {
  const planned = typeof written === 'string' && /^postgres(ql)?\b/.test(written)
  return planned
    ? 'this version keeps its records in SQLite; write `database: sqlite`'
    : 'write `database: sqlite`'
}
