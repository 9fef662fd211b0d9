// The secrets of a running gateway, looked after: what stores say of them is told, and credentials that have become too
// old are.
import type { Clock } from '../core/clock.ts'
import type { Config } from '../config/schema.ts'
import { CredentialAges } from '../secrets/credential-ages.ts'
import type { CredentialAge, FirstSeenStore } from '../secrets/credential-ages.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { SecretTelemetry } from '../telemetry/secret-telemetry.ts'
import type { ReadyProvider } from './provider-set.ts'
import type { GatewaySecrets } from './secret-stores.ts'

export interface SecretWatchParts {
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  /** Undefined where the config was read without them. */
  readonly secrets: GatewaySecrets | undefined
  readonly firstSeen: FirstSeenStore
  /** Told of each credential that falls due, and again on each day after. */
  onDue(age: CredentialAge): void
}

export class SecretWatch {
  readonly #secrets: GatewaySecrets | undefined
  readonly #ages: CredentialAges

  constructor({ clock, log, registry, secrets, firstSeen, onDue }: SecretWatchParts) {
    this.#secrets = secrets
    const telemetry = new SecretTelemetry(log, registry, {
      ages: () => this.#ages.readings(),
      readings: () => secrets?.readings() ?? [],
      wallMs: () => clock.wallMs(),
    })
    this.#ages = new CredentialAges({
      clock,
      firstSeen,
      onDue: (age) => {
        telemetry.due(age)
        onDue(age)
      },
    })
    if (secrets !== undefined) secrets.observer = telemetry
  }

  /** Takes over a config. */
  use({ secrets: { max_age: maxAge } }: Pick<Config, 'secrets'>, providers: readonly ReadyProvider[]): void {
    const known = new Map<string, number | undefined>(
      this.#secrets?.readings().map(({ reference, sinceMs }) => [reference, sinceMs]),
    )
    const used = providers.flatMap(({ name, accounts }) =>
      accounts
        .filter(({ secret }) => secret !== '')
        .map(({ secret, account }) => ({ provider: name, secret, account, sinceMs: known.get(secret) })),
    )
    this.#ages.use(used, maxAge === 'off' ? Infinity : maxAge)
  }

  start(): void {
    this.#ages.start()
  }

  stop(): void {
    this.#ages.stop()
  }
}
