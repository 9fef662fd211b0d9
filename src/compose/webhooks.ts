// Webhooks as the gateway has them: nothing but a list of names while nobody wants to be told; the sender and its store are
// loaded when the config has an endpoint, or an operator asks what became of deliveries.
import type { LoadedConfig } from '../config/load-config.ts'
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import { failureText } from '../core/failure-text.ts'
import { loadApart } from '../platform/apart.ts'
import { parseDestination } from '../platform/egress/destination.ts'
import { hmacBase64 } from '../platform/hmac.ts'
import { isRunning, thisProcess } from '../platform/process-life.ts'
import { evenRandom, randomBytes } from '../platform/random.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { WebhookTelemetry } from '../telemetry/webhook-telemetry.ts'
import type { EndpointReading } from '../telemetry/webhook-telemetry.ts'
import type { Endpoint } from '../webhooks/endpoint.ts'
import { WebhookKeys } from '../webhooks/webhook-keys.ts'
import type * as Apart from './webhooks-apart.ts'
import { isWanted } from '../webhooks/webhook-event.ts'
import type { DeliveryStore } from '../webhooks/ports.ts'
import type { WebhookEvent } from '../webhooks/webhook-event.ts'
import type { WebhookSender } from '../webhooks/webhook-sender.ts'

export interface WebhookParts {
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  /** Where deliveries are kept. */
  webhooks(): Promise<DeliveryStore>
  /** A keyed hash of a text, the same wherever the database is. */
  hashOf(text: string): string
  /** The way out that is in use just now. */
  egress(): EgressClient
}

/** Events that come while the sender is being loaded. */
const earlyMax = 1_000
const idBytes = 12
const userAgent = 'sallyport-webhooks/1'

export class Webhooks {
  readonly #parts: WebhookParts
  readonly #keys = new WebhookKeys()
  readonly #early: WebhookEvent[] = []
  #endpoints: readonly Endpoint[] = []
  #opening: Promise<WebhookSender> | undefined
  #sender: WebhookSender | undefined
  #isStarted = false
  #isClosed = false

  constructor(parts: WebhookParts) {
    this.#parts = parts
  }

  /** Goes by this config from now on. */
  use({ config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>): void {
    const wallMs = this.#parts.clock.wallMs()
    this.#endpoints = config.webhooks.map(
      ({ name, url, events, timeout, secret, previous_secret: before }) => {
        const { pathname, search } = new URL(url)
        const now = secrets.get(secret)?.reveal() ?? ''
        const previous = before && secrets.get(before)?.reveal()
        return {
          name,
          url,
          events,
          timeoutMs: timeout,
          // Unlike a provider's, its address is not taken for meant: whoever may write here shall not reach everything.
          destination: { ...parseDestination(url, 'operator'), operatorAddress: false },
          path: pathname + search,
          keys: this.#keys.of(name, previous === undefined ? { now } : { now, before: previous }, wallMs),
        }
      },
    )
    this.#sender?.use(this.#endpoints)
    if (this.#isStarted) this.start()
  }

  /** Begins to send, also what was left by a process before this one. */
  start(): void {
    this.#isStarted = true
    if (this.#endpoints.length === 0 || this.#opening !== undefined) return
    this.open().catch((failure: unknown) => {
      const error = failureText(failure)
      this.#parts.log.error('webhooks_not_loaded', { error })
    })
  }

  /** Tells all who want to know. Never throws, and waits for nothing. */
  tell(event: WebhookEvent): void {
    if (this.#sender !== undefined) return this.#sender.accept(event)
    const isOfInterest = this.#endpoints.some(({ events }) => isWanted(event.type, events))
    if (isOfInterest && this.#early.length < earlyMax) this.#early.push(event)
  }

  /** The sender, for those who look at deliveries. */
  open(): Promise<WebhookSender> {
    this.#opening ??= this.#load()
    return this.#opening
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#sender?.close()
  }

  async #load(): Promise<WebhookSender> {
    const { WebhookSender: Sender } = await loadApart<typeof Apart>('compose/webhooks-apart', {
      file: './webhooks-apart.ts',
      from: import.meta.url,
    })
    const { clock, log, registry, egress, hashOf } = this.#parts
    const read = (): readonly EndpointReading[] => this.#readings()
    const sender = new Sender({
      clock,
      egress,
      userAgent,
      store: await this.#parts.webhooks(),
      observer: new WebhookTelemetry(log, registry, read),
      sign: hmacBase64,
      random: evenRandom,
      newEventId: () => `evt_${Buffer.from(randomBytes(idBytes)).toString('hex')}`,
      eventIdOf: (words) => `evt_${hashOf(words).slice(0, 2 * idBytes)}`,
      owner: JSON.stringify(thisProcess()),
      isGone: (owner) => isRunning(JSON.parse(owner)) === false,
    })
    if (this.#isClosed) return sender
    await sender.start(this.#endpoints)
    this.#sender = sender
    // Between its start and now the config may have become another.
    sender.use(this.#endpoints)
    for (const event of this.#early.splice(0)) sender.accept(event)
    return sender
  }

  #readings(): readonly EndpointReading[] {
    return (this.#sender?.endpoints() ?? []).map(({ endpoint, waiting, isDisabled }) => ({
      name: endpoint.name,
      waiting,
      isDisabled,
    }))
  }
}
