// The way out to providers: one client for all of them, replaced only by a config that wants it otherwise.
import type { Clock } from '../core/clock.ts'
import type { Secrets } from '../config/check-secrets.ts'
import type { Config } from '../config/schema.ts'
import type { Deadlines } from '../platform/deadlines.ts'
import { parseRange } from '../platform/egress/address-rules.ts'
import { createEgress } from '../platform/egress/egress.ts'
import type { EgressSettings } from '../platform/egress/egress.ts'
import { parseProxy } from '../platform/egress/proxy.ts'
import { rememberingResolver, systemResolver } from '../platform/egress/resolver.ts'
import type { World } from './world.ts'

type WayOut = Pick<World, 'egress' | 'egressSettings'>

/** Kept connections: how long, and how many to one place. */
const keepAliveMs = 60_000
const idleConnectionsMax = 256

/** Kept connections outlive a reload that does not change the way out. */
export function wayOut(
  { config, secrets }: { readonly config: Config; readonly secrets: Secrets },
  before: WayOut | undefined,
  { clock, deadlines }: { readonly clock: Clock; readonly deadlines: Deadlines },
): WayOut {
  const egressSettings = egressSettingsOf(config, secrets)
  if (before !== undefined && JSON.stringify(before.egressSettings) === JSON.stringify(egressSettings)) {
    // These two alone: the old world as a whole would be laid over the new one.
    return { egress: before.egress, egressSettings }
  }
  const resolve = rememberingResolver(systemResolver, clock)
  return { egress: createEgress(egressSettings, { clock, deadlines, resolve }), egressSettings }
}

/** The way out as a config wants it. */
export function egressSettingsOf({ egress }: Config, secrets: Secrets): EgressSettings {
  return {
    connectTimeoutMs: egress.connect_timeout,
    writeTimeoutMs: egress.write_timeout,
    idleTimeoutMs: egress.idle_timeout,
    keepAliveMs,
    idleConnectionsMax,
    allow: egress.allow.map(parseRange).filter((range) => range !== undefined),
    proxy: egress.proxy === 'off' ? undefined : parseProxy(egress.proxy),
    ca: egress.ca_file === undefined ? undefined : secrets.get(egress.ca_file)?.reveal(),
  }
}
