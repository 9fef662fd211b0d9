// The settings of what is kept, and where. Addresses of databases carry passwords, so no message repeats them.
import * as z from 'zod'
import type { SecretReference } from '../core/secret.ts'
import { list, localSecretReference, section } from '../platform/setting-values.ts'

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

const redisAdvice =
  'write auto, off, an address such as redis://host:6379, or env:NAME or file:PATH for one with a password'

/** An address without a password, of what several gateways have in common. */
type RedisUrl = `redis://${string}` | `rediss://${string}`

export const redisSetting = z
  .preprocess(
    (written) => (written === false ? 'off' : written),
    z
      .string({ error: redisAdvice })
      .regex(/^(auto|off|(env:[A-Za-z_]|file:|vault:|aws:|rediss?:\/\/)\S{0,4095})$/, {
        error: redisAdvice,
        abort: true,
      })
      .refine((text) => !/^redis[^@]*:[^@/]*@/.test(text.replace('://', '')), {
        error:
          'an address with a password is named here, never written: put it in a variable and write env:NAME',
      })
      .meta({ title: '`auto`, `off`, address or secret reference' })
      .transform((text) => text as 'auto' | 'off' | RedisUrl | SecretReference),
  )
  .prefault('auto')
  .describe(
    'What several gateways have in common for limits and budgets: a Redis or Valkey at this address (`rediss://` with TLS), or nothing. `auto` takes the one whose address the variable `REDIS_URL` holds, where it holds one.',
  )

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

function holdsPassword(url: string): boolean {
  return /^[a-z]+:\/\/[^/?#@]*:[^/?#]*@/.test(url) || /[?&]password=/.test(url)
}
