// AWS as far as a secret needs it, from its API documentation (https://docs.aws.amazon.com/secretsmanager/latest/apireference,
// seen 2026-11-21): GetSecretValue with a checked signature, the security token service, the container's credentials and
// version 2 of the machine's metadata. All on one address, which the usual variables lead to.
import { verifySignature } from './verify-sigv4.ts'

export interface AwsStandIn extends AsyncDisposable {
  readonly url: string
  /** Access keys that work: their secrets, and the session token that has to come along. */
  readonly keys: Map<string, { readonly secret: string; readonly sessionToken?: string }>
  /** Requests in order: `secret prod/ai`, `sts`, `container`, `machine token`, …. */
  readonly asked: readonly string[]
  mood: 'well' | 'throttles' | 'failing' | 'hangs' | 'malformed' | 'denies'
  /** Wall clock by which signatures are judged. */
  nowMs: () => number
  write(name: string, value: string | Uint8Array, createdSeconds?: number): void
  remove(name: string): void
  /** What the token service, the container and the machine give out next. */
  issued: { readonly accessKeyId: string; readonly secret: string; readonly endsAt: string }
}

export const region = 'eu-central-1'
export const webIdentity = 'token-of-the-cluster'
export const containerToken = 'token-of-the-container'
const machineToken = 'token-of-the-machine'

interface Kept {
  readonly text?: string
  readonly binary?: string
  readonly createdSeconds: number
}

/** Starts one with the key `AKIDSTANDIN`, whose secret is `secret/of+standin`. */
export async function startAws(): Promise<AwsStandIn> {
  return new StandIn()
}

class StandIn implements AwsStandIn {
  readonly #server: Bun.Server<undefined>
  readonly #secrets = new Map<string, Kept>()
  readonly asked: string[] = []
  readonly keys: AwsStandIn['keys'] = new Map([['AKIDSTANDIN', { secret: 'secret/of+standin' }]])
  mood: AwsStandIn['mood'] = 'well'
  nowMs = (): number => Date.now()
  issued = { accessKeyId: 'ASIAISSUED', secret: 'issued-secret', endsAt: '2100-01-01T00:00:00Z' }

  constructor() {
    this.#server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: (request) => this.#serve(request) })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  write(name: string, value: string | Uint8Array, createdSeconds = 1_767_225_600.5): void {
    const kept =
      typeof value === 'string' ? { text: value } : { binary: Buffer.from(value).toString('base64') }
    this.#secrets.set(name, { ...kept, createdSeconds })
  }

  remove(name: string): void {
    this.#secrets.delete(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true)
  }

  async #serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const body = await request.text()
    if (this.mood === 'hangs') return await new Promise<Response>(() => {})
    if (pathname.startsWith('/latest/')) return this.#machine(pathname, request)
    if (pathname === '/container') return this.#container(request)
    if (body.startsWith('Action=AssumeRoleWithWebIdentity'))
      return this.#assumeRole(new URLSearchParams(body))
    return await this.#secretsManager(request, body)
  }

  async #secretsManager(request: Request, body: string): Promise<Response> {
    const { method, headers } = request
    const { SecretId: name }: { readonly SecretId?: string } = JSON.parse(body)
    this.asked.push(`secret ${name}`)
    if (headers.get('x-amz-target') !== 'secretsmanager.GetSecretValue')
      return fault('UnknownOperationException')
    if (headers.get('content-type') !== 'application/x-amz-json-1.1') return fault('SerializationException')
    const secretOf = (id: string): string | undefined => this.keys.get(id)?.secret
    const path = new URL(request.url).pathname
    const verdict = await verifySignature({ method, path, headers, body }, secretOf, this.nowMs())
    if (!verdict.ok) {
      return fault(
        verdict.problem === 'unknown key' ? 'UnrecognizedClientException' : 'InvalidSignatureException',
      )
    }
    if (verdict.region !== region || verdict.service !== 'secretsmanager')
      return fault('InvalidSignatureException')
    const wanted = this.keys.get(verdict.accessKeyId)?.sessionToken
    if ((headers.get('x-amz-security-token') ?? undefined) !== wanted)
      return fault('UnrecognizedClientException')
    switch (this.mood) {
      case 'throttles':
        return fault('ThrottlingException', 'Rate exceeded')
      case 'failing':
        return fault('InternalServiceError', 'An error occurred', 500)
      case 'malformed':
        return new Response('{"Name": "prod', { status: 200 })
      case 'denies':
        return fault(
          'AccessDeniedException',
          `User: arn:aws:iam::123456789012:user/x is not authorized on ${name}`,
        )
      case 'well':
      case 'hangs':
    }
    return this.#valueOf(name ?? '')
  }

  #valueOf(id: string): Response {
    const name = id.startsWith('arn:') ? (id.split(':')[6] ?? '').replace(/-\w{6}$/, '') : id
    const kept = this.#secrets.get(name)
    if (kept === undefined) {
      return fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    }
    const { text, binary, createdSeconds } = kept
    return Response.json({
      ARN: `arn:aws:secretsmanager:${region}:123456789012:secret:${name}-AbCdEf`,
      Name: name,
      VersionId: crypto.randomUUID(),
      ...(text !== undefined && { SecretString: text }),
      ...(binary !== undefined && { SecretBinary: binary }),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: createdSeconds,
    })
  }

  /** In XML, as it answers who does not ask for JSON, and many who do. */
  #assumeRole(form: URLSearchParams): Response {
    this.asked.push('sts')
    if (form.get('WebIdentityToken') !== webIdentity || !form.get('RoleArn')?.startsWith('arn:aws:iam::')) {
      const error = '<Error><Type>Sender</Type><Code>InvalidIdentityToken</Code></Error>'
      return new Response(`<ErrorResponse>${error}</ErrorResponse>`, { status: 400 })
    }
    const { accessKeyId, secret, endsAt } = this.#issue()
    const credentials = `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>session-token</SessionToken><Expiration>${endsAt}</Expiration></Credentials>`
    return new Response(
      `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>${credentials}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      { headers: { 'content-type': 'text/xml' } },
    )
  }

  #container(request: Request): Response {
    this.asked.push('container')
    if (request.headers.get('authorization') !== containerToken) return new Response('', { status: 401 })
    return Response.json(this.#given())
  }

  /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
  #machine(path: string, request: Request): Response {
    this.asked.push(`machine ${path.split('/').at(-1) || 'roles'}`)
    if (path === '/latest/api/token') {
      const seconds = Number(request.headers.get('x-aws-ec2-metadata-token-ttl-seconds'))
      if (request.method !== 'PUT' || !(seconds > 0)) return new Response('', { status: 400 })
      return new Response(machineToken)
    }
    if (request.headers.get('x-aws-ec2-metadata-token') !== machineToken)
      return new Response('', { status: 401 })
    if (path === '/latest/meta-data/iam/security-credentials/') return new Response('gateway-role\n')
    if (path === '/latest/meta-data/iam/security-credentials/gateway-role') {
      return Response.json({ Code: 'Success', Type: 'AWS-HMAC', ...this.#given() })
    }
    return new Response('', { status: 404 })
  }

  #given(): object {
    const { accessKeyId, secret, endsAt } = this.#issue()
    return { AccessKeyId: accessKeyId, SecretAccessKey: secret, Token: 'session-token', Expiration: endsAt }
  }

  #issue(): AwsStandIn['issued'] {
    const { accessKeyId, secret } = this.issued
    this.keys.set(accessKeyId, { secret, sessionToken: 'session-token' })
    return this.issued
  }
}

function fault(type: string, message = '', status = 400): Response {
  return new Response(JSON.stringify({ __type: type, message }), {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type },
  })
}
