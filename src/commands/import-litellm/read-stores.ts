// Where what must last is kept, and what several gateways have in common. An address may hold a password, so one that
// might is never written: it becomes the name of a variable.
import type { SettingPath } from '../../config/problem.ts'
import { isNothing, isVariableName, groupOf, numberOf, referredName, textOf } from './source.ts'
import type { Group, Source } from './source.ts'

export interface Stores {
  readonly database?: string
  readonly redis?: string
}

/** Names that are read here. */
export const storeNames: readonly string[] = [
  'database_url',
  'redis_url',
  'redis_host',
  'redis_port',
  'redis_password',
  'redis_username',
  'redis_db',
  'redis_ssl',
]
const databaseVariable = 'DATABASE_URL'
const redisVariable = 'REDIS_URL'
const redisPort = 6_379

export function readStores(source: Source): Stores {
  const database = readDatabase(source)
  const redis = readRedis(source)
  return { ...(database !== undefined && { database }), ...(redis !== undefined && { redis }) }
}

function readDatabase(source: Source): string | undefined {
  const { database_url: written } = groupOf(source.root['general_settings'])
  if (isNothing(written)) return undefined
  const path = ['general_settings', 'database_url']
  const named = addressNamed(written, { path, source, variable: databaseVariable })
  if (named === undefined) return undefined
  const what = 'is where keys and records are kept, in a schema of its own; keys are made anew'
  source.notes.changed(path, what)
  return named
}

const section = 'router_settings'

function readRedis(source: Source): string | undefined {
  const settings = groupOf(source.root[section])
  const { redis_url: address, redis_host: host, redis_password: password, redis_username: user } = settings
  if (!isNothing(address)) {
    const path = [section, 'redis_url']
    if (typeof address === 'string' && /^rediss?:\/\/[^\s@]{1,1000}$/.test(address)) return address
    return addressNamed(address, { path, source, variable: redisVariable })
  }
  if (isNothing(host)) return undefined
  const server = redisServer(settings, source)
  if (server === undefined) return undefined
  const scheme = isOn(settings['redis_ssl'], [section, 'redis_ssl'], source) ? 'rediss' : 'redis'
  if (isNothing(password) && isNothing(user)) return `${scheme}://${server}`
  const name = isNothing(user) ? '' : (textOf(user, [section, 'redis_username'], source) ?? 'USER')
  const whole = `${scheme}://${encodeURIComponent(name.toWellFormed())}:PASSWORD@${server}`
  const path = [section, isNothing(password) ? 'redis_username' : 'redis_password']
  source.notes.changed(path, `put ${whole} into the variable ${redisVariable}`)
  return `env:${redisVariable}`
}

/** Host, port and database, as they stand at the end of an address. */
function redisServer(settings: Group, source: Source): string | undefined {
  const { redis_host: host, redis_port: port, redis_db: database } = settings
  const name = textOf(host, [section, 'redis_host'], source)
  if (name === undefined) return undefined
  const number = isNothing(port) ? redisPort : (numberOf(port, [section, 'redis_port'], source) ?? 0)
  if (!/^[A-Za-z0-9.-]{1,253}$/.test(name) || !Number.isInteger(number) || number < 1 || number > 65_535) {
    return source.notes.lost([section, 'redis_host'], 'is no host and port; write redis: redis://host:6379')
  }
  return `${name}:${number}${databasePath(database, source)}`
}

const yes: ReadonlySet<unknown> = new Set([true, 1, 'true', '1'])
const no: ReadonlySet<unknown> = new Set([undefined, 0, 'false', '0'])

function isOn(written: unknown, path: SettingPath, source: Source): boolean {
  if (isNothing(written)) return false
  const said = typeof written === 'string' ? textOf(written, path, source)?.trim().toLowerCase() : written
  if (!yes.has(said) && !no.has(said)) {
    source.notes.lost(path, 'is neither true nor false; with TLS the address of redis begins with rediss://')
  }
  return yes.has(said)
}

/** What of an address chooses the database; nothing for the first. */
function databasePath(written: unknown, source: Source): string {
  if (isNothing(written)) return ''
  const path = [section, 'redis_db']
  const number = numberOf(written, path, source)
  if (number !== undefined && Number.isSafeInteger(number) && number >= 0)
    return number === 0 ? '' : `/${number}`
  source.notes.lost(path, 'is no number of a database; write it behind the address: redis://host:6379/1')
  return ''
}

interface AddressPlace {
  readonly path: SettingPath
  readonly source: Source
  /** Where an address goes that stands in the file as it is. */
  readonly variable: string
}

function addressNamed(written: unknown, { path, source, variable }: AddressPlace): string | undefined {
  const name = referredName(written)
  if (name !== undefined && isVariableName(name)) return `env:${name}`
  if (typeof written !== 'string' || name !== undefined) {
    return source.notes.lost(path, 'names no variable that a config can name')
  }
  source.notes.changed(path, `stands in the file as it is; put it into the variable ${variable}`)
  return `env:${variable}`
}
