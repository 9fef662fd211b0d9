// AWS Secrets Manager: GetSecretValue, signed (https://docs.aws.amazon.com/secretsmanager/latest/apireference, seen
// 2026-11-21). Loaded only where a secret is named `aws:`.
import type { StoredReference } from '../../../core/secret.ts'
import { askText } from '../../../platform/ask-text.ts'
import { parseDestination } from '../../../platform/egress/destination.ts'
import type { SecretStore, StoreAnswer } from '../../../secrets/ports.ts'
import type { AwsSettings } from '../../../secrets/settings.ts'
import { jsonOf, memberAt, numberAt, textAt } from '../json-member.ts'
import type { StoreParts } from '../store-parts.ts'
import { domainOf, sourceCredentials } from './credential-sources.ts'
import type { HeldCredentials, Sourced } from './credential-sources.ts'
import { signedHeaders } from './sign-request.ts'

/** Credentials are had anew so long before they end. */
const marginMs = 300_000

/** Makes the store. */
export function createAwsStore(settings: AwsSettings, parts: StoreParts): SecretStore {
  return new AwsStore(settings, parts)
}

type Fetched =
  | { readonly kind: 'value'; readonly json: unknown }
  | { readonly kind: 'refused' | 'away'; readonly reason: string }

class AwsStore implements SecretStore {
  readonly #settings: AwsSettings
  readonly #parts: StoreParts
  /** By region: the security token service is a region's. */
  readonly #held = new Map<string, HeldCredentials>()
  readonly #sourcing = new Map<string, Promise<Sourced>>()

  constructor(settings: AwsSettings, parts: StoreParts) {
    this.#settings = settings
    this.#parts = parts
  }

  async read(references: readonly StoredReference[]): Promise<ReadonlyMap<StoredReference, StoreAnswer>> {
    const places = references.map((reference) => ({ reference, ...placeOf(reference) }))
    const names = [...new Set(places.map(({ name }) => name))]
    const answers = new Map<string, Fetched>()
    await Promise.all(names.map(async (name) => answers.set(name, await this.#fetch(name))))
    return new Map(
      places.map(({ reference, name, member }) => [reference, valueOf(answers.get(name), member)]),
    )
  }

  close(): void {
    this.#held.clear()
  }

  /** Credentials that are refused may have been rotated: they are had anew, once. */
  async #fetch(name: string): Promise<Fetched> {
    const region = this.#regionOf(name)
    if (region === undefined) {
      return { kind: 'refused', reason: 'has no region: write secrets.aws.region, or set AWS_REGION' }
    }
    const first = await this.#credentials(region)
    if (first.kind !== 'credentials') return first
    const answer = await this.#get(name, region, first.credentials)
    if (answer.kind !== 'stale') return answer
    this.#held.delete(region)
    const next = await this.#credentials(region)
    if (next.kind !== 'credentials') return next
    const again = await this.#get(name, region, next.credentials)
    return again.kind === 'stale' ? { kind: 'refused', reason: again.reason } : again
  }

  async #credentials(region: string): Promise<Exclude<Sourced, { readonly kind: 'none' }>> {
    const held = this.#held.get(region)
    const isGood = (held?.endsAtMs ?? Infinity) - marginMs > this.#parts.clock.wallMs()
    if (held !== undefined && isGood) return { kind: 'credentials', credentials: held }
    let sourcing = this.#sourcing.get(region)
    if (sourcing === undefined) {
      sourcing = sourceCredentials({ ...this.#parts, settings: this.#settings, region }).finally(() =>
        this.#sourcing.delete(region),
      )
      this.#sourcing.set(region, sourcing)
    }
    const found = await sourcing
    if (found.kind === 'credentials') this.#held.set(region, found.credentials)
    return found.kind === 'none' ? { kind: 'refused', reason: 'cannot be asked without credentials' } : found
  }

  async #get(
    name: string,
    region: string,
    credentials: HeldCredentials,
  ): Promise<Fetched | { readonly kind: 'stale'; readonly reason: string }> {
    const { environment, clock } = this.#parts
    const { endpoint, timeout: timeoutMs } = this.#settings
    const url =
      endpoint ??
      (environment['AWS_ENDPOINT_URL_SECRETS_MANAGER'] || undefined) ??
      `https://secretsmanager.${region}.${domainOf(region)}`
    const { host } = new URL(url)
    const body = JSON.stringify({ SecretId: name })
    const headers = signedHeaders(
      {
        host,
        region,
        service: 'secretsmanager',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'secretsmanager.GetSecretValue',
        },
        body,
      },
      credentials,
      clock.wallMs(),
    )
    const destination = parseDestination(url, 'operator')
    const answer = await askText(
      { destination, method: 'POST', path: '/', headers, body, timeoutMs },
      this.#parts,
    )
    if (!answer.ok) return { kind: 'away', reason: `cannot be reached: ${answer.reason}` }
    const json = jsonOf(answer.text)
    if (answer.status === 200) {
      if (memberAt(json, 'Name') !== undefined || memberAt(json, 'ARN') !== undefined)
        return { kind: 'value', json }
      return { kind: 'away', reason: 'answers with something that is no secret' }
    }
    return failureOf(answer.status, json)
  }

  #regionOf(name: string): string | undefined {
    const { environment } = this.#parts
    const ofArn = name.startsWith('arn:') ? name.split(':')[3] : undefined
    return (
      ofArn ||
      this.#settings.region ||
      environment['AWS_REGION'] ||
      environment['AWS_DEFAULT_REGION'] ||
      undefined
    )
  }
}

/** Names of errors that say that the credentials themselves are at fault. */
const staleCodes = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'InvalidClientTokenId',
])
const passingCodes = new Set([
  'ThrottlingException',
  'InternalServiceError',
  'InternalServiceErrorException',
  'RequestExpired',
  'LimitExceededException',
])

/** The name of the error is told, its message not: it repeats who asked for what. */
function failureOf(
  status: number,
  json: unknown,
): Exclude<Fetched, { readonly kind: 'value' }> | { readonly kind: 'stale'; readonly reason: string } {
  const code = (textAt(json, '__type') ?? textAt(json, 'code') ?? '')
    .replace(/^.*#/, '')
    .replace(/[^A-Za-z]/g, '')
  const reason = `answers ${status}${code === '' ? '' : ` ${code.slice(0, 80)}`}`
  if (staleCodes.has(code)) return { kind: 'stale', reason: `${reason}: it does not take the credentials` }
  if (status >= 500 || status === 429 || passingCodes.has(code)) return { kind: 'away', reason }
  const advice = advices.get(code)
  return { kind: 'refused', reason: advice === undefined ? reason : `${reason}: ${advice}` }
}

const advices: ReadonlyMap<string, string> = new Map([
  ['ResourceNotFoundException', 'there is no secret of this name in this region'],
  ['AccessDeniedException', 'the policy has to allow secretsmanager:GetSecretValue on it, and its key'],
  ['DecryptionFailure', 'the key that it is encrypted with cannot be used'],
  ['InvalidRequestException', 'it is about to be deleted, or not usable'],
])

/** `aws:prod/ai#openai`: a name or an ARN, then a member of its JSON. */
function placeOf(reference: StoredReference): { readonly name: string; readonly member: string | undefined } {
  const text = reference.slice('aws:'.length)
  const cut = text.indexOf('#')
  return cut === -1
    ? { name: text, member: undefined }
    : { name: text.slice(0, cut), member: text.slice(cut + 1) }
}

function valueOf(answer: Fetched | undefined, member: string | undefined): StoreAnswer {
  if (answer === undefined) return { kind: 'away', reason: 'was not asked' }
  if (answer.kind !== 'value') return answer
  const { json } = answer
  const binary = textAt(json, 'SecretBinary')
  const whole = textAt(json, 'SecretString') ?? (binary && Buffer.from(binary, 'base64').toString())
  if (whole === undefined) return { kind: 'refused', reason: 'holds no text there' }
  const seconds = numberAt(json, 'CreatedDate')
  const sinceMs = seconds === undefined ? undefined : seconds * 1_000
  if (member === undefined) return { kind: 'value', text: whole, sinceMs }
  const text = textAt(jsonOf(whole), member)
  if (text !== undefined) return { kind: 'value', text, sinceMs }
  const isJson = typeof jsonOf(whole) === 'object'
  return {
    kind: 'refused',
    reason: isJson ? 'has no text under this member' : 'holds no JSON there; leave out "#" and what follows',
  }
}
