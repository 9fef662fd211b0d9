// Where what must last is kept, and what several gateways have in common. An address may hold a password, so one that
// might is never written: it becomes the name of a variable.
import type { SettingPath } from '../../config/problem.ts'
import { isNothing, isVariableName, groupOf, numberOf, referredName, textOf } from './source.ts'
import type { Source } from './source.ts'

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

function readRedis(source: Source): string | undefined {
  const section = 'router_settings'
  const {
    redis_url: address,
    redis_host: host,
    redis_port: port,
    redis_password: password,
  } = groupOf(source.root[section])
  if (!isNothing(address)) {
    const path = [section, 'redis_url']
    if (typeof address === 'string' && /^rediss?:\/\/[^\s@]{1,1000}$/.test(address)) return address
    return addressNamed(address, { path, source, variable: redisVariable })
  }
  if (isNothing(host)) return undefined
  const path = [section, 'redis_host']
  const name = textOf(host, path, source)
  if (name === undefined) return undefined
  const portPath = [section, 'redis_port']
  const number = isNothing(port) ? redisPort : (numberOf(port, portPath, source) ?? 0)
  if (!/^[A-Za-z0-9.-]{1,253}$/.test(name) || !Number.isInteger(number) || number < 1 || number > 65_535) {
    return source.notes.lost(path, 'is no host and port; write redis: redis://host:6379')
  }
  if (isNothing(password)) return `redis://${name}:${number}`
  const whole = `put redis://:PASSWORD@${name}:${number} into the variable ${redisVariable}`
  source.notes.changed([section, 'redis_password'], whole)
  return `env:${redisVariable}`
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
