// Who may call, as a config says it: keys, teams, issuers of tokens, and how many wrong tries there may be.
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { Config } from '../config/schema.ts'
import type { Secrets } from '../config/check-secrets.ts'
import { Callers } from '../keys/callers.ts'
import { FailedTries } from '../keys/failed-tries.ts'
import type { FailedTriesLimits } from '../keys/failed-tries.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { IssuerSettings } from '../keys/oidc/settings.ts'
import { TokenBearers } from '../keys/oidc/token-bearers.ts'
import type * as TokenParts from '../keys/oidc/token-apart.ts'
import type { Teams } from '../keys/teams.ts'
import { loadApart } from '../platform/apart.ts'
import { parseDestination } from '../platform/egress/destination.ts'
import { getText } from '../platform/get-text.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { declaredKeysOf, teamsOf } from './callers-of-config.ts'

export interface CallersParts {
  readonly keys: KeyRing
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  /** A keyed hash of a text, from which nothing of it can be had. */
  hashOf(text: string): string
  /** The way out that is in use just now. */
  egress(): EgressClient
}

const issuerTimeoutMs = 5_000
/** Refused tokens are told one by one, but not all of them: anybody can send some. */
const tellEveryMs = 1_000

export class GatewayCallers {
  readonly callers: Callers
  readonly #parts: CallersParts
  readonly #verified: { add(by: number, issuer: string, result: string): void }
  #bearers: TokenBearers | undefined
  #toldAtMs = -Infinity
  /** Of the config in use. */
  teams: Teams = new Map()

  constructor(parts: CallersParts) {
    this.#parts = parts
    this.callers = new Callers(parts.keys, new FailedTries(parts.clock, undefined))
    this.#verified = parts.registry.counter(
      'sallyport_tokens_verified_total',
      'Tokens that were verified, by issuer and result.',
      ['issuer', 'result'],
    )
  }

  /** Takes over a config. */
  use(config: Config, secrets: Secrets): void {
    const teams = teamsOf(config)
    this.teams = teams
    const { keys, log } = this.#parts
    keys.declare(declaredKeysOf(config, secrets), teams)
    const teamless = keys.teamless()
    if (teamless.length > 0) {
      const facts = { keys: teamless.slice(0, 10).join(','), count: teamless.length }
      log.warn('keys_without_team', facts)
    }
    this.callers.failedTries.use(limitsOf(config))
    if (config.oidc.length > 0) (this.#bearers ??= this.#newBearers()).use(config.oidc, teams)
    this.callers.bearers = config.oidc.length > 0 ? this.#bearers : undefined
  }

  #newBearers(): TokenBearers {
    const { clock, log } = this.#parts
    const away = new Set<string>()
    return new TokenBearers({
      clock,
      hashOf: (text) => this.#parts.hashOf(text),
      load: () =>
        loadApart<typeof TokenParts>('keys/oidc/token-apart', {
          file: '../keys/oidc/token-apart.ts',
          from: import.meta.url,
        }),
      fetchKeys: (issuer) => this.#fetchKeys(issuer),
      onVerified: (issuer, result) => {
        this.#verified.add(1, issuer, result === 'valid' || result === 'issuer_away' ? result : 'refused')
        if (result !== 'valid') this.#tell(issuer, result)
      },
      onRenewal: (issuer, renewal) => {
        if (renewal === 'away' && !away.has(issuer)) log.warn('issuer_away', { issuer })
        if (renewal !== 'away' && away.has(issuer)) log.info('issuer_back', { issuer })
        if (renewal === 'away') away.add(issuer)
        else away.delete(issuer)
      },
    })
  }

  #tell(issuer: string, reason: string): void {
    const { clock, log } = this.#parts
    if (clock.nowMs() - this.#toldAtMs < tellEveryMs) return
    this.#toldAtMs = clock.nowMs()
    log.warn('token_refused', { issuer, reason })
  }

  /** Where the issuer's own description leads only where that is safe for an address that somebody else wrote. */
  async #fetchKeys({ issuer, jwks }: IssuerSettings): Promise<string | undefined> {
    if (jwks !== undefined) return this.#get(jwks, 'operator')
    const text = await this.#get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, 'operator')
    const place = text === undefined ? undefined : keysPlace(text, issuer)
    if (place === undefined) return undefined
    return this.#get(place, URL.parse(place)?.origin === URL.parse(issuer)?.origin ? 'operator' : 'elsewhere')
  }

  async #get(url: string, origin: 'operator' | 'elsewhere'): Promise<string | undefined> {
    const parsed = URL.parse(url)
    if (parsed === null) return undefined
    try {
      const question = {
        destination: parseDestination(url, origin),
        path: parsed.pathname + parsed.search,
        headers: 'accept: application/json\r\n',
        timeoutMs: issuerTimeoutMs,
      }
      const answer = await getText(question, { egress: this.#parts.egress(), clock: this.#parts.clock })
      return answer?.status === 200 ? answer.text : undefined
    } catch {
      // An address that nothing may be sent to: the issuer is as good as away.
      return undefined
    }
  }
}

/** OpenID Connect Discovery 1.0, section 4.3: the description must be this issuer's own. */
function keysPlace(text: string, issuer: string): string | undefined {
  try {
    const description: unknown = JSON.parse(text)
    if (typeof description !== 'object' || description === null) return undefined
    if (!('issuer' in description) || description.issuer !== issuer || !('jwks_uri' in description))
      return undefined
    return String(description.jwks_uri)
  } catch {
    return undefined
  }
}

function limitsOf({ failed_keys: failed }: Config): FailedTriesLimits | undefined {
  return failed === 'off' ? undefined : { perAddress: failed.per_address, inAll: failed.in_all }
}
