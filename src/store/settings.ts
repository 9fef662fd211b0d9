// The settings of what is kept, and where. Addresses of databases carry passwords, so no message repeats them.
import * as z from 'zod'
import type { SecretReference } from '../core/secret.ts'

/** An address without a password, of the server for everything that must last. */
type PostgresUrl = `postgres://${string}` | `postgresql://${string}`

const databaseAdvice =
  'write auto, sqlite, an address such as postgres://user@host/name, or env:NAME or file:PATH for one with a password'

export const databaseSetting = z
  .string({ error: databaseAdvice })
  .regex(/^(auto|sqlite|(env:[A-Za-z_]|file:|vault:|aws:|postgres(ql)?:\/\/)\S{0,4095})$/, {
    error: databaseAdvice,
    abort: true,
  })
  .refine((text) => !text.startsWith('postgres') || !holdsPassword(text), {
    error: 'an address with a password is named here, never written: put it in a variable and write env:NAME',
  })
  .meta({ title: '`auto`, `sqlite`, address or secret reference' })
  .transform((text) => text as 'auto' | 'sqlite' | PostgresUrl | SecretReference)
  .prefault('auto')
  .describe(
    'Where keys and records are kept: `sqlite` in the data directory, or in PostgreSQL at this address. `auto` takes PostgreSQL where the variable `DATABASE_URL` holds such an address, and else SQLite.',
  )

export const redisSetting = z
  .literal(['off', false], { error: 'this version works without Redis; write `redis: off`' })
  .transform(() => 'off' as const)
  .prefault('off')
  .describe('Memory that several processes have in common: `off`.')

export type DatabaseSetting = z.output<typeof databaseSetting>
export type RedisSetting = z.output<typeof redisSetting>

function holdsPassword(url: string): boolean {
  return /^[a-z]+:\/\/[^/?#@]*:[^/?#]*@/.test(url) || /[?&]password=/.test(url)
}
