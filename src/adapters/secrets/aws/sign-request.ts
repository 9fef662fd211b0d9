// AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, seen 2026-11-21)
// for a POST to `/` with a small body: the one shape that Secrets Manager needs. A library would bring its own sockets,
// or more code than this.
import { createHash, createHmac } from 'node:crypto'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Undefined for credentials that do not end. */
  readonly sessionToken: string | undefined
}

export interface Signable {
  /** With its port where that is not the usual one, as it stands in the request. */
  readonly host: string
  readonly region: string
  readonly service: string
  /** Lower-case names; host and date are added. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const algorithm = 'AWS4-HMAC-SHA256'

/** All header lines of the signed request but `host`, each ended by CR LF. */
export function signedHeaders(request: Signable, credentials: AwsCredentials, wallMs: number): string {
  const { host, region, service, body } = request
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const date = new Date(wallMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = date.slice(0, 8)
  const headers: Readonly<Record<string, string>> = {
    ...request.headers,
    host,
    'x-amz-date': date,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
  const names = Object.keys(headers).toSorted()
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
  const signed = names.join(';')
  const canonical = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = [algorithm, date, scope, sha256(canonical)].join('\n')
  const steps = [day, region, service, 'aws4_request']
  const key = steps.reduce<string | Buffer>((over, step) => hmac(over, step), `AWS4${secretAccessKey}`)
  const signature = hmac(key, toSign).toString('hex')
  const authorization = `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
  return [
    ...names.filter((name) => name !== 'host').map((name) => `${name}: ${headers[name]}`),
    `authorization: ${authorization}`,
  ]
    .map((line) => `${line}\r\n`)
    .join('')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
