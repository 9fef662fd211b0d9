// A kept body as a row of a table: the columns, and both ways between them and the body. The same in every database.
import type { BodyFilter, KeptBody, KeptText } from '../bodies/ports.ts'

export const bodyColumns = [
  'call_id',
  'tenant',
  'key_id',
  'key_user',
  'request_user',
  'endpoint',
  'model',
  'deployment',
  'region',
  'code',
  'at_ms',
  'expires_at_ms',
  'is_cut',
  'prompt',
  'answer',
] as const

export interface BodyRow {
  readonly call_id: string
  readonly tenant: string
  readonly key_id: string
  readonly key_user: string
  readonly request_user: string
  readonly endpoint: string
  readonly model: string
  readonly deployment: string
  readonly region: string
  readonly code: string
  readonly at_ms: number
  readonly expires_at_ms: number
  readonly is_cut: number
  readonly prompt: string
  readonly answer: string
}

/** In the order of `bodyColumns`. */
export function bodyValues(body: KeptBody): (string | number)[] {
  return [
    body.callId,
    body.tenant,
    body.keyId,
    body.keyUser,
    body.requestUser,
    body.endpoint,
    body.model,
    body.deployment,
    body.region,
    body.code,
    body.atMs,
    body.expiresAtMs,
    body.isCut ? 1 : 0,
    JSON.stringify(body.prompt),
    JSON.stringify(body.answer),
  ]
}

/** The body of a row. */
export function bodyOf(row: BodyRow): KeptBody {
  return {
    callId: row.call_id,
    tenant: row.tenant,
    keyId: row.key_id,
    keyUser: row.key_user,
    requestUser: row.request_user,
    endpoint: row.endpoint,
    model: row.model,
    deployment: row.deployment,
    region: row.region,
    code: row.code,
    atMs: row.at_ms,
    expiresAtMs: row.expires_at_ms,
    isCut: row.is_cut === 1,
    prompt: textsIn(row.prompt),
    answer: textsIn(row.answer),
  }
}

function textsIn(json: string): readonly KeptText[] {
  const texts: readonly KeptText[] = JSON.parse(json)
  return texts
}

/** Which bodies are meant: a condition with a `?` for each of its values, empty where all are. */
export function bodyConditions({ user, keyId, callId, tenant }: BodyFilter): {
  where: string
  values: string[]
} {
  const conditions: string[] = []
  const values: string[] = []
  const demand = (condition: string, ...its: readonly string[]): void => {
    conditions.push(condition)
    values.push(...its)
  }
  if (user !== undefined) demand('(key_user = ? OR request_user = ?)', user, user)
  if (keyId !== undefined) demand('key_id = ?', keyId)
  if (callId !== undefined) demand('call_id = ?', callId)
  if (tenant !== undefined) demand('tenant = ?', tenant)
  return { where: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, values }
}
