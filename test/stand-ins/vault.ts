// A Vault as its API documentation describes it (https://developer.hashicorp.com/vault/api-docs, seen 2026-11-21): KV
// version 2, tokens that end and are renewed, AppRole and Kubernetes logins, namespaces. It checks who asks, and can be
// sealed, away, slow or broken.

export interface VaultStandIn extends AsyncDisposable {
  readonly url: string
  /** Requests in order: `GET kv/data/ai`. */
  readonly asked: readonly string[]
  /** Tokens that work, with the paths that their policy lets them read; `*` is all. */
  readonly tokens: Map<string, VaultToken>
  readonly appRoles: Map<string, { readonly secretId: string; readonly mount: string }>
  /** Service account tokens that the cluster vouches for, by role. */
  readonly serviceAccounts: Map<string, string>
  /** What every token from a login is like. */
  login: { ttlSeconds: number; renewable: boolean }
  /** Undefined where requests need none. */
  namespace: string | undefined
  mood: 'well' | 'sealed' | 'standby' | 'hangs' | 'malformed' | 'empty' | 'failing'
  /** Writes a new version of a secret at `mount/path`. */
  write(path: string, fields: Readonly<Record<string, unknown>>, createdTime?: string): void
  /** The last version stays as metadata only. */
  remove(path: string, how: 'deleted' | 'destroyed'): void
  /** Everything that was logged in ends. */
  revokeAll(): void
}

export interface VaultToken {
  ttlSeconds: number
  readonly renewable: boolean
  readonly reads: readonly string[]
  renewals: number
}

interface Version {
  readonly data: Readonly<Record<string, unknown>> | null
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Starts one with the token `root-token`, which reads everything and does not end. */
export async function startVault(options: { readonly tls?: Bun.TLSOptions } = {}): Promise<VaultStandIn> {
  return new StandIn(options.tls)
}

class StandIn implements VaultStandIn {
  readonly #server: Bun.Server<undefined>
  readonly #secrets = new Map<string, Version>()
  readonly asked: string[] = []
  readonly tokens = new Map<string, VaultToken>([
    ['root-token', { ttlSeconds: 0, renewable: false, reads: ['*'], renewals: 0 }],
  ])
  readonly appRoles: VaultStandIn['appRoles'] = new Map()
  readonly serviceAccounts: VaultStandIn['serviceAccounts'] = new Map()
  login = { ttlSeconds: 3_600, renewable: true }
  namespace: string | undefined = undefined
  mood: VaultStandIn['mood'] = 'well'
  #logins = 0

  constructor(tls: Bun.TLSOptions | undefined) {
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      ...(tls !== undefined && { tls }),
      fetch: (request) => this.#serve(request),
    })
  }

  get url(): string {
    return `${this.#server.protocol ?? 'http'}://127.0.0.1:${this.#server.port}`
  }

  write(
    path: string,
    fields: Readonly<Record<string, unknown>>,
    createdTime = new Date().toISOString(),
  ): void {
    const before = this.#secrets.get(path)?.metadata['version']
    const metadata = {
      created_time: createdTime,
      custom_metadata: null,
      deletion_time: '',
      destroyed: false,
      version: typeof before === 'number' ? before + 1 : 1,
    }
    this.#secrets.set(path, { data: fields, metadata })
  }

  remove(path: string, how: 'deleted' | 'destroyed'): void {
    const metadata = this.#secrets.get(path)?.metadata ?? {}
    const gone = { deletion_time: '2026-01-01T00:00:00Z', destroyed: how === 'destroyed' }
    this.#secrets.set(path, { data: null, metadata: { ...metadata, ...gone } })
  }

  revokeAll(): void {
    for (const name of this.tokens.keys()) if (name !== 'root-token') this.tokens.delete(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true)
  }

  async #serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const path = decodeURIComponent(pathname.replace(/^\/v1\//, ''))
    this.asked.push(`${request.method} ${path}`)
    switch (this.mood) {
      case 'sealed':
        return refusal(503, 'Vault is sealed')
      case 'standby':
        return new Response(null, { status: 307, headers: { location: `http://elsewhere:8200${pathname}` } })
      case 'hangs':
        return await new Promise<Response>(() => {})
      case 'malformed':
        return new Response('<html>Bad gateway</html>', { status: 200 })
      case 'empty':
        return Response.json({})
      case 'failing':
        return refusal(500, 'internal error')
      case 'well':
    }
    if (!pathname.startsWith('/v1/') || request.headers.get('x-vault-request') !== 'true') return refusal(404)
    if ((request.headers.get('x-vault-namespace') ?? undefined) !== this.namespace)
      return refusal(403, 'permission denied')
    if (path.endsWith('/login')) return await this.#login(path, request)
    const token = this.tokens.get(request.headers.get('x-vault-token') ?? '')
    // As newer ones say it.
    if (token === undefined)
      return refusal(403, '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n')
    if (path.startsWith('auth/token/')) return this.#token(path, request.method, token)
    return request.method === 'GET' ? this.#read(path, token) : refusal(405, 'unsupported operation')
  }

  async #login(path: string, request: Request): Promise<Response> {
    if (request.method !== 'POST') return refusal(405, 'unsupported operation')
    const mount = path.slice('auth/'.length, -'/login'.length)
    const body = (await request.json()) as Readonly<Record<string, unknown>>
    const appRole = this.appRoles.get(String(body['role_id']))
    if (appRole?.mount === mount) {
      return appRole.secretId === body['secret_id']
        ? this.#loggedIn()
        : refusal(400, 'invalid role or secret ID')
    }
    const jwt = this.serviceAccounts.get(String(body['role']))
    if (mount === 'kubernetes' && jwt !== undefined) {
      return jwt === body['jwt'] ? this.#loggedIn() : refusal(403, 'permission denied')
    }
    return refusal(mount === 'kubernetes' || mount === 'approle' ? 400 : 403, 'invalid role')
  }

  #loggedIn(): Response {
    this.#logins += 1
    const name = `hvs.login-${this.#logins}`
    const { ttlSeconds, renewable } = this.login
    this.tokens.set(name, { ttlSeconds, renewable, reads: ['*'], renewals: 0 })
    return Response.json(
      answer({ auth: { client_token: name, lease_duration: ttlSeconds, renewable, policies: ['default'] } }),
    )
  }

  #token(path: string, method: string, token: VaultToken): Response {
    if (path === 'auth/token/lookup-self' && method === 'GET') {
      const { ttlSeconds: ttl, renewable } = token
      return Response.json(answer({ data: { ttl, renewable, type: 'service' } }))
    }
    if (path === 'auth/token/renew-self' && method === 'POST') {
      if (!token.renewable) return refusal(400, 'lease is not renewable')
      token.renewals += 1
      return Response.json(answer({ auth: { lease_duration: token.ttlSeconds, renewable: true } }))
    }
    return refusal(404)
  }

  #read(path: string, token: VaultToken): Response {
    const secret = path.replace('/data/', '/')
    const mayRead = token.reads.includes('*') || token.reads.includes(path)
    if (!mayRead) return refusal(403, '1 error occurred:\n\t* permission denied\n\n')
    const version = this.#secrets.get(secret)
    // A mount of version 1 knows no `data` in a path and answers with the fields themselves.
    const isOld = path.startsWith('old/')
    if (isOld) return Response.json(answer({ data: { key: 'text' } }))
    if (version === undefined) return refusal(404)
    const { data, metadata } = version
    return Response.json(answer({ data: { data, metadata } }), { status: data === null ? 404 : 200 })
  }
}

function answer(members: Readonly<Record<string, unknown>>): object {
  return {
    request_id: crypto.randomUUID(),
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: null,
    wrap_info: null,
    warnings: null,
    auth: null,
    ...members,
  }
}

function refusal(status: number, ...errors: string[]): Response {
  return Response.json({ errors }, { status })
}
