// The keys that each endpoint's deliveries are signed with. A key that a reload takes away signs for a day more, so that
// receivers can change over when they like; one that the config names as the one before signs as long as it stands there.
import type { SigningKey } from './endpoint.ts'
import { webhookKeyOf } from './webhook-key.ts'

const overlapMs = 24 * 60 * 60 * 1000

interface Known {
  readonly secret: string
  readonly retired: readonly { readonly secret: string; readonly untilMs: number }[]
}

export class WebhookKeys {
  readonly #known = new Map<string, Known>()

  /** The keys of an endpoint whose config says these secrets from now on. */
  of(
    name: string,
    secrets: { readonly now: string; readonly before?: string },
    wallMs: number,
  ): SigningKey[] {
    const known = this.#known.get(name)
    const retired = [...(known?.retired ?? [])]
    if (known !== undefined && known.secret !== secrets.now) {
      retired.push({ secret: known.secret, untilMs: wallMs + overlapMs })
    }
    const kept = retired.filter(({ secret, untilMs }) => untilMs > wallMs && secret !== secrets.now)
    this.#known.set(name, { secret: secrets.now, retired: kept })
    const named = secrets.before === undefined ? [] : [{ secret: secrets.before, untilMs: Infinity }]
    return [{ secret: secrets.now, untilMs: Infinity }, ...named, ...kept]
      .filter(({ secret }, index, all) => all.findIndex((other) => other.secret === secret) === index)
      .flatMap(({ secret, untilMs }) => {
        const key = webhookKeyOf(secret)
        return key === undefined ? [] : [{ key, untilMs }]
      })
  }
}
