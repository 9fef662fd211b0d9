import { describe, expect, test } from 'bun:test'
import { verifySignature } from '../../../../test/stand-ins/verify-sigv4.ts'
import { signedHeaders } from './sign-request.ts'

/** Those of AWS's own test suite for signature version 4 (aws-sig-v4-test-suite). */
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
}
const atMs = Date.UTC(2015, 7, 30, 12, 36, 0)
const place = { host: 'example.amazonaws.com', region: 'us-east-1', service: 'service' }

describe('a signature', () => {
  test('is that of the published suite: post-vanilla', () => {
    const lines = signedHeaders({ ...place, headers: {}, body: '' }, credentials, atMs)
    expect(lines).toBe(
      'x-amz-date: 20150830T123600Z\r\n' +
        'authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, ' +
        'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b\r\n',
    )
  })

  test('is that of the published suite: post-x-www-form-urlencoded', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const lines = signedHeaders({ ...place, headers, body: 'Param1=value1' }, credentials, atMs)
    expect(lines).toContain('SignedHeaders=content-type;host;x-amz-date, ')
    expect(lines).toContain('Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a')
  })

  test('is found good by whoever checks it, and bad when anything is changed', async () => {
    const body = JSON.stringify({ SecretId: 'ä/b' })
    const signable = {
      ...place,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'a.b' },
      body,
    }
    const lines = signedHeaders(signable, { ...credentials, sessionToken: 'session+/=' }, atMs)
    const headers = new Headers({ host: place.host })
    for (const line of lines.split('\r\n').slice(0, -1))
      headers.set(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2))
    const verdict = (changed: { readonly body?: string; readonly headers?: Headers } = {}) =>
      verifySignature(
        { method: 'POST', path: '/', headers, body, ...changed },
        () => credentials.secretAccessKey,
        atMs + 60_000,
      )
    expect(await verdict()).toMatchObject({ ok: true, region: 'us-east-1' })
    expect(await verdict({ body: `${body} ` })).toMatchObject({ problem: 'another signature' })
    const other = new Headers(headers)
    other.set('x-amz-security-token', 'other')
    expect(await verdict({ headers: other })).toMatchObject({ problem: 'another signature' })
  })
})
