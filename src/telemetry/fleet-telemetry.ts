// What a gateway of a fleet leaves behind for those who look: whether it goes by what all have in common or by its own share,
// and how many they are. One line for each change, however many calls see it.
import type { Log } from './log.ts'
import type { Registry } from './metrics.ts'

/** A gateway's part in a fleet, as far as it can be seen. */
interface Seen {
  readonly isLocal: boolean
  readonly gateways: number
  readonly waiting: number
}

export class FleetTelemetry {
  readonly #log: Log
  readonly #decisions: { add(by: number): void }
  readonly #losses: { add(by: number): void }
  readonly #words: { add(by: number, topic: string, way: string): void }
  readonly #offices = new Map<string, number | undefined>()
  #lossReason: string | undefined

  constructor(log: Log, registry: Registry, seen: () => Seen) {
    this.#log = log
    this.#decisions = registry.counter(
      'sallyport_limits_local_total',
      'Calls that were let in or refused by the share of this gateway, without the others.',
    )
    this.#losses = registry.counter(
      'sallyport_fleet_forgotten_total',
      'Times that what gateways count in common was lost, and told anew by those who remembered.',
    )
    this.#words = registry.counter(
      'sallyport_fleet_words_total',
      'What gateways told each other at once: said, heard, or dropped because there was too much of it.',
      ['topic', 'way'],
    )
    registry.gauges('sallyport_fleet_office', 'Whether this gateway is the one of all that does something.', {
      labels: ['office'],
      read: () =>
        [...this.#offices].map(([office, term]) => ({
          values: [office],
          amount: term === undefined ? 0 : 1,
        })),
    })
    registry.gauges(
      'sallyport_limits_mode',
      'Whether limits and budgets are those of all gateways or this one alone.',
      {
        labels: ['limits_mode'],
        read: () => [
          { values: ['shared'], amount: seen().isLocal ? 0 : 1 },
          { values: ['local'], amount: seen().isLocal ? 1 : 0 },
        ],
      },
    )
    registry.gauge(
      'sallyport_fleet_notes_waiting',
      'What has happened here and the others have not been told.',
      () => seen().waiting,
    )
    registry.gauge(
      'sallyport_fleet_gateways',
      'Gateways that live, as was last heard.',
      () => seen().gateways,
    )
  }

  connectionLost(reason: string): void {
    this.#lossReason = reason
  }

  /** By a password or a certificate, most likely: it does not go away by itself. */
  refused(reason: string): void {
    this.#log.error('redis_refused', { reason })
  }

  modeChanged(mode: 'shared' | 'local', reason: string | undefined, gateways: number): void {
    if (mode === 'shared') {
      this.#lossReason = undefined
      this.#log.info('limits_shared', { gateways })
      return
    }
    this.#log.warn('limits_local', { reason, gateways, connection: this.#lossReason })
  }

  word(topic: string, way: 'said' | 'heard' | 'dropped'): void {
    this.#words.add(1, topic, way)
  }

  elected(office: string, term: number | undefined): void {
    this.#offices.set(office, term)
    this.#log.info(term === undefined ? 'office_lost' : 'office_taken', { office, term })
  }

  decidedLocally(): void {
    this.#decisions.add(1)
  }

  forgotten(): void {
    this.#losses.add(1)
    this.#log.warn('limits_forgotten')
  }
}
