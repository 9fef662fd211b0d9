// Signature Version 4 as the one who is asked checks it: from the words of the documentation alone
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html), by WebCrypto, and without a line of ours.

export interface Signed {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly body: string
}

export type SignatureVerdict =
  | { readonly ok: true; readonly accessKeyId: string; readonly region: string; readonly service: string }
  | { readonly ok: false; readonly accessKeyId: string; readonly problem: string }

const encoder = new TextEncoder()

/** `secretOf` knows the secret of each access key id. The time has to be within five minutes of `nowMs`. */
export async function verifySignature(
  { method, path, headers, body }: Signed,
  secretOf: (accessKeyId: string) => string | undefined,
  nowMs: number,
): Promise<SignatureVerdict> {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
  const match = form.exec(headers.get('authorization') ?? '')
  if (match === null) return { ok: false, accessKeyId: '', problem: 'no signature' }
  const [, accessKeyId = '', day = '', region = '', service = '', signedText = '', signature] = match
  const bad = (problem: string): SignatureVerdict => ({ ok: false, accessKeyId, problem })
  const secret = secretOf(accessKeyId)
  if (secret === undefined) return bad('unknown key')
  const date = headers.get('x-amz-date') ?? ''
  const dated = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(date)
  if (dated === null || !date.startsWith(day)) return bad('no date')
  const [, year, month, dayOfMonth, hour, minute, second] = dated.map(Number)
  const atMs = Date.UTC(year ?? 0, (month ?? 1) - 1, dayOfMonth, hour, minute, second)
  if (Math.abs(nowMs - atMs) > 300_000) return bad('out of time')
  const names = signedText.split(';')
  if (!names.includes('host') || names.join() !== [...names].sort().join()) return bad('badly signed headers')
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && !names.includes(name)) return bad(`${name} is not signed`)
  }
  let canonical = `${method}\n${path}\n\n`
  for (const name of names)
    canonical += `${name}:${(headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ')}\n`
  canonical += `\n${signedText}\n${await digest(body)}`
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/${service}/aws4_request\n${await digest(canonical)}`
  const dayKey = await mac(encoder.encode(`AWS4${secret}`), day)
  const regionKey = await mac(dayKey, region)
  const serviceKey = await mac(regionKey, service)
  const expected = await mac(await mac(serviceKey, 'aws4_request'), toSign)
  if (Buffer.from(expected).toString('hex') !== signature) return bad('another signature')
  return { ok: true, accessKeyId, region, service }
}

async function digest(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', encoder.encode(text))).toString('hex')
}

async function mac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)))
}
