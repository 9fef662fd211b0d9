// A kept response as a row of a table: the columns, and both ways between them and the response. The same in every database.
import type { KeptResponse } from '../responses/ports.ts'

export const responseColumns = [
  'tenant',
  'id',
  'previous_id',
  'key_id',
  'model',
  'provider',
  'deployment',
  'credential',
  'provider_id',
  'created_at_ms',
  'expires_at_ms',
  'input',
  'body',
] as const

export type ResponseRow = Readonly<Record<(typeof responseColumns)[number], string | number | null>>

/** A conversation of thirty days is made to last as a whole once a day at most, and not with each of its turns. */
const slackShare = 1 / 30

/** What goes on with a response need not be made to last longer where it lasts as long as this already. */
export function enoughMs({ createdAtMs, expiresAtMs }: KeptResponse): number {
  return expiresAtMs - Math.floor((expiresAtMs - createdAtMs) * slackShare)
}

/** In the order of `responseColumns`. */
export function responseValues(response: KeptResponse): (string | number | null)[] {
  const { maker } = response
  return [
    response.tenant,
    response.id,
    response.previousId,
    response.keyId,
    response.model,
    maker.provider,
    maker.deployment,
    maker.credential,
    response.providerId,
    response.createdAtMs,
    response.expiresAtMs,
    response.inputJson,
    response.bodyJson,
  ]
}

/** The response of a row, if there is one. */
export function responseOf(row: ResponseRow | null | undefined): KeptResponse | undefined {
  if (row === null || row === undefined) return undefined
  return {
    tenant: String(row.tenant),
    id: String(row.id),
    previousId: textOrNull(row.previous_id),
    keyId: String(row.key_id),
    model: String(row.model),
    maker: {
      provider: String(row.provider),
      deployment: String(row.deployment),
      credential: String(row.credential),
    },
    providerId: textOrNull(row.provider_id),
    createdAtMs: Number(row.created_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    inputJson: String(row.input),
    bodyJson: String(row.body),
  }
}

function textOrNull(value: string | number | null): string | null {
  return value === null ? null : String(value)
}
