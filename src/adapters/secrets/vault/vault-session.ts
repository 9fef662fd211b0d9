// The token with which Vault is asked: had by logging in, or given by the operator; renewed before it ends, and had anew
// when it cannot be. Whatever opens Vault is read at the moment of use, so that it may be rotated, too.
import type { Timer } from '../../../core/clock.ts'
import type { LocalReference } from '../../../core/secret.ts'
import type { VaultSettings } from '../../../secrets/settings.ts'
import { memberAt, numberAt, textAt } from '../json-member.ts'
import type { StoreParts } from '../store-parts.ts'
import { askVault } from './vault-client.ts'
import type { VaultAnswer, VaultPlace } from './vault-client.ts'

export type TokenOutcome =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly kind: 'refused' | 'away'; readonly reason: string }

/** A token is renewed when this part of its life is over; a third is left for Vault to be away. */
const renewAtShare = 2 / 3
const renewSpread = 0.1
/** The next try after one that failed, if the token still lives. */
const retryMs = 15_000
/** So long before its end a token is not used any more. */
const marginMs = 5_000
const defaultToken: LocalReference = 'env:VAULT_TOKEN'

interface Lease {
  readonly token: string
  /** Monotonic; Infinity for one that does not end. */
  readonly endsAtMs: number
  readonly isRenewable: boolean
}

export class VaultSession {
  readonly #settings: VaultSettings
  readonly #place: VaultPlace
  readonly #parts: StoreParts
  #lease: Lease | undefined
  #opening: Promise<TokenOutcome> | undefined
  #timer: Timer | undefined
  #isClosed = false

  constructor(settings: VaultSettings, place: VaultPlace, parts: StoreParts) {
    this.#settings = settings
    this.#place = place
    this.#parts = parts
  }

  /** A token that is good for now. `refused`: one that Vault has just not taken, so another is wanted. */
  async token(refused?: string): Promise<TokenOutcome> {
    const lease = this.#lease
    const isGood = lease !== undefined && lease.endsAtMs - marginMs > this.#parts.clock.nowMs()
    if (lease !== undefined && isGood && lease.token !== refused) return { ok: true, token: lease.token }
    this.#lease = undefined
    // Several readings may want one at the same time.
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    return await this.#opening
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
  }

  async #open(): Promise<TokenOutcome> {
    const { auth } = this.#settings
    if (auth === 'token') return await this.#openWithToken()
    const login = this.#loginBody()
    if (!login.ok) return { ok: false, kind: 'refused', reason: login.reason }
    const mount = encodePath(this.#settings.auth_mount ?? auth)
    const answer = await this.#ask('POST', `auth/${mount}/login`, { body: login.body })
    if (answer.kind !== 'ok') return failed(`the login by ${auth}`, answer)
    const token = textAt(answer.json, 'auth', 'client_token')
    if (token === undefined || !isToken(token)) {
      return { ok: false, kind: 'away', reason: 'answers a login without a token' }
    }
    this.#hold(leaseOf(token, memberAt(answer.json, 'auth'), this.#parts.clock.nowMs()))
    return { ok: true, token }
  }

  /** How long a given token lives only Vault knows. One that may not look itself up is used all the same. */
  async #openWithToken(): Promise<TokenOutcome> {
    const read = this.#parts.readLocal(this.#settings.token ?? defaultToken)
    if (!read.ok)
      return { ok: false, kind: 'refused', reason: `has no token to be asked with: ${read.reason}` }
    const token = read.text.trim()
    if (!isToken(token)) return { ok: false, kind: 'refused', reason: 'is given a token that is none' }
    const answer = await this.#ask('GET', 'auth/token/lookup-self', { token })
    if (answer.kind === 'away') return failed('the token', answer)
    const nowMs = this.#parts.clock.nowMs()
    const found = answer.kind === 'ok' ? memberAt(answer.json, 'data') : undefined
    this.#hold(leaseOf(token, found, nowMs))
    return { ok: true, token }
  }

  #loginBody():
    | { readonly ok: true; readonly body: Readonly<Record<string, string>> }
    | { readonly ok: false; readonly reason: string } {
    const { auth, role = '', role_id: roleId, secret_id: secretId, jwt } = this.#settings
    if (auth === 'kubernetes') {
      const read = this.#parts.readLocal(jwt)
      return read.ok
        ? { ok: true, body: { role, jwt: read.text.trim() } }
        : { ok: false, reason: `cannot be logged in to: ${read.reason}` }
    }
    const texts: string[] = []
    for (const reference of [roleId, secretId]) {
      if (reference === undefined) continue
      const read = this.#parts.readLocal(reference)
      if (!read.ok) return { ok: false, reason: `cannot be logged in to: ${read.reason}` }
      texts.push(read.text.trim())
    }
    const [role_id = '', secret_id = ''] = texts
    return { ok: true, body: { role_id, secret_id } }
  }

  #hold(lease: Lease): void {
    this.#lease = lease
    this.#timer?.cancel()
    if (this.#isClosed || !Number.isFinite(lease.endsAtMs)) return
    const leftMs = lease.endsAtMs - this.#parts.clock.nowMs()
    const share = renewAtShare - renewSpread * this.#parts.random()
    this.#timer = this.#parts.clock.after(leftMs * share, () => void this.#renew(lease))
  }

  /** What cannot be renewed is had anew when it is needed. */
  async #renew(lease: Lease): Promise<void> {
    if (this.#lease !== lease || !lease.isRenewable) return
    const answer = await this.#ask('POST', 'auth/token/renew-self', { token: lease.token, body: {} })
    if (this.#isClosed || this.#lease !== lease) return
    const { clock } = this.#parts
    if (answer.kind === 'ok') {
      return this.#hold(leaseOf(lease.token, memberAt(answer.json, 'auth'), clock.nowMs()))
    }
    if (answer.kind !== 'away') {
      this.#lease = undefined
      return
    }
    if (lease.endsAtMs - marginMs > clock.nowMs() + retryMs) {
      this.#timer = clock.after(retryMs, () => void this.#renew(lease))
    }
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    { token, body }: { readonly token?: string; readonly body?: Readonly<Record<string, unknown>> },
  ): Promise<VaultAnswer> {
    return await askVault(
      this.#place,
      { method, path, token, ...(body !== undefined && { body }) },
      this.#parts,
    )
  }
}

function failed(what: string, answer: Exclude<VaultAnswer, { readonly kind: 'ok' }>): TokenOutcome {
  if (answer.kind === 'away') return { ok: false, kind: 'away', reason: answer.reason }
  return { ok: false, kind: 'refused', reason: `does not take ${what}: it ${answer.reason}` }
}

/** A login says `lease_duration`, a look-up `ttl`; 0 is a token that does not end. */
function leaseOf(token: string, said: unknown, nowMs: number): Lease {
  const seconds = numberAt(said, 'lease_duration') ?? numberAt(said, 'ttl') ?? 0
  return {
    token,
    endsAtMs: seconds > 0 ? nowMs + seconds * 1_000 : Infinity,
    isRenewable: memberAt(said, 'renewable') === true,
  }
}

/** It goes into a header. */
function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,8192}$/.test(text)
}

/** A path whose steps are what they are. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
