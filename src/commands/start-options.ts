// What the command line of `start` says, laid over the config, which it goes before.
import type { LoadedConfig } from '../config/load-config.ts'
import type { WorkerPlace } from '../compose/fellow-workers.ts'
import { coreCount } from '../platform/process-limits.ts'
import type { FirstConfigOptions } from './first-config.ts'
import type { ProcessPort } from './process-port.ts'
import { partOfConfig } from './workers/part-of-config.ts'

export interface StartOptions extends FirstConfigOptions {
  readonly host?: string
  readonly port?: string
  readonly workers?: string
  readonly logFormat?: 'text' | 'json'
}

const workersMax = 64

/** How many processes are to serve. Throws when that is no number of them. */
export function workersIn({ config }: LoadedConfig, { workers }: StartOptions): number {
  const wish = workers ?? config.server.workers
  if (wish === 'auto') return Math.min(workersMax, coreCount())
  const count = Number(wish)
  if (Number.isInteger(count) && count >= 1 && count <= workersMax) return count
  throw new Error(`--workers takes a number from 1 to ${workersMax}, or auto, not "${wish}".`)
}

/** An address, or a name; the settings say it more closely. */
const hostName = /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$|^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+$/

/** What the command line says goes before the file. A worker listens where all do, and lets in its part of the calls. */
export function withOptions(
  loaded: LoadedConfig,
  { host, port }: StartOptions,
  worker: WorkerPlace | undefined,
): LoadedConfig {
  const { server } = loaded.config
  const number = port === undefined || !/^\d{1,5}$/.test(port) ? Number.NaN : Number(port)
  if (port !== undefined && !(number <= 65_535)) {
    throw new Error(`--port takes a number from 0 to 65535, not "${port}".`)
  }
  if (host !== undefined && !hostName.test(host)) {
    throw new Error(`--host takes an IP address or a host name, not "${host}".`)
  }
  const place = { host: host ?? server.host, port: port === undefined ? server.port : number }
  if (worker === undefined)
    return { ...loaded, config: { ...loaded.config, server: { ...server, ...place } } }
  const admin = server.admin === 'off' ? server.admin : { ...server.admin, port: worker.adminPort }
  const config = { ...loaded.config, server: { ...server, ...place, port: worker.port, admin } }
  return { ...loaded, config: partOfConfig(config, worker) }
}

/** How log lines look. */
export function logFormatIn(
  { config }: LoadedConfig,
  { logFormat }: StartOptions,
  port: ProcessPort,
): 'text' | 'json' {
  if (logFormat !== undefined) return logFormat
  if (config.log.format !== 'auto') return config.log.format
  return port.isTerminal ? 'text' : 'json'
}
