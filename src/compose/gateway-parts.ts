// What a gateway is made of: everything that its process opens, and nothing that a config decides.
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Clock } from '../core/clock.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { KeyStore, SecretHash } from '../keys/key-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ReportedModelsStore } from '../routing/life/reported-models.ts'
import type { FirstSeenStore } from '../secrets/credential-ages.ts'
import type { Log } from '../telemetry/log.ts'
import type { DeliveryStore } from '../webhooks/ports.ts'
import type { FellowWorkers } from './fellow-workers.ts'
import type { KeptStores } from './kept-responses.ts'
import type { FleetOffer } from './load-fleet.ts'
import type { MeasuredLookup } from './measured-capabilities.ts'
import type { GatewaySecrets } from './secret-stores.ts'

export interface GatewayParts {
  readonly clock: Clock
  readonly log: Log
  readonly keys: KeyRing
  readonly keyStore: KeyStore
  readonly secretHash: SecretHash
  readonly trail: AuditTrail
  readonly ledger: Ledger
  readonly kept: KeptStores
  readonly reportedModels: ReportedModelsStore
  /** Undefined for a gateway that is alone. */
  readonly fleet: FleetOffer | undefined
  readonly firstSeen: FirstSeenStore
  /** What stores outside keep; undefined where none is asked. */
  readonly secrets?: GatewaySecrets
  /** Where what is to be told by webhooks is kept. */
  webhooks(): Promise<DeliveryStore>
  /** A name for an account at a provider, from which nothing of it can be had. */
  fingerprint(text: string): string
  /** A keyed hash of a text, whole. */
  hashOf(text: string): string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** There where this is one of several processes that serve a port together. */
  readonly fellows?: FellowWorkers | undefined
  /** What was measured of deployments; asked again at each reload. */
  readMeasured(): MeasuredLookup
  /** Bytes of memory that the process holds. */
  residentBytes(): number
  /** Log lines lost because nobody read them. */
  droppedLines(): number
}
