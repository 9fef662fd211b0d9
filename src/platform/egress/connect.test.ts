import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { connect as connectTo } from 'node:net'
import type { Socket } from 'node:net'
import { bodyOf, requestTo, testClient, until } from '../../../test/egress-client.ts'
import type { TestClient } from '../../../test/egress-client.ts'
import { answering, answerOf, listen, onRequest } from '../../../test/loopback-server.ts'
import type { LoopbackServer } from '../../../test/loopback-server.ts'
import { RecordingSink } from '../../../test/recording-sink.ts'
import { parseRange } from './address-rules.ts'
import { parseProxy } from './proxy.ts'
import { rememberingResolver, systemResolver } from './resolver.ts'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import { failureOf } from '../../../test/failure-of.ts'

async function call(client: TestClient, url: string): Promise<RecordingSink> {
  const sink = new RecordingSink()
  client.egress.send(requestTo(url), sink)
  await sink.settled
  return sink
}

/** Names of one test. */
function names(known: Readonly<Record<string, readonly string[]>>) {
  return async (hostname: string): Promise<readonly string[]> => {
    const found = known[hostname]
    if (found === undefined) throw new Error('there is no such name')
    return found
  }
}

const loopback = ['127.0.0.0/8', '::1'].map(parseRange).filter((range) => range !== undefined)

/** A port on which nothing listens. */
async function deadPort(): Promise<number> {
  await using server = await listen(() => undefined)
  return server.port
}

describe('a connection', () => {
  test('that is refused says so', async () => {
    using client = testClient()
    const sink = await call(client, `http://127.0.0.1:${await deadPort()}`)
    expect(sink.failure).toEqual({
      phase: 'connect',
      code: 'connect_refused',
      message: 'nothing listens there',
      stale: false,
    })
    expect([sink.outcome, client.deadlines.size]).toEqual(['connect_refused', 0])
  })

  test('to a name that nobody knows says so', async () => {
    using client = testClient()
    expect((await call(client, 'http://unknown.test')).failure).toMatchObject({
      phase: 'resolve',
      code: 'name_not_found',
    })
    using empty = testClient({}, async () => [])
    expect((await call(empty, 'http://empty.test')).outcome).toBe('name_not_found')
  })

  test('to a forbidden address is never made, whatever else the name leads to', async () => {
    await using server = await listen(answering(answerOf('secret')))
    const forbidden = [
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '169.254.169.254',
      '10.0.0.1',
      'fd00::1',
      '0.0.0.0',
      'odd',
    ]
    for (const address of forbidden) {
      using client = testClient({}, names({ 'evil.test': ['93.184.216.34', address] }))
      const sink = await call(client, `http://evil.test:${server.port}`)
      expect(sink.failure).toMatchObject({ phase: 'refused', code: 'address_refused' })
      expect(sink.failure?.message).toContain(address)
    }
    using client = testClient()
    expect((await call(client, `http://169.254.169.254:${server.port}`)).outcome).toBe('address_refused')
    expect((await call(client, `http://0.0.0.0:${server.port}`)).outcome).toBe('address_refused')
    expect(server.accepted).toBe(0)
  })

  test('to an address that the operator allows is made, on the port that is allowed', async () => {
    await using server = await listen(answering(answerOf('a')))
    const known = names({ 'provider.test': ['127.0.0.1'] })
    const allow = (port: number) => [parseRange(`127.0.0.0/8:${port}`)].filter((range) => range !== undefined)
    using client = testClient({ allow: allow(server.port) }, known)
    expect((await call(client, `http://provider.test:${server.port}`)).outcome).toBe('end')
    using other = testClient({ allow: allow(server.port + 1) }, known)
    expect((await call(other, `http://provider.test:${server.port}`)).outcome).toBe('address_refused')
  })

  test('goes to the next address when one refuses', async () => {
    await using server = await listen(answering(answerOf('a')))
    const known = names({
      'provider.test': ['127.0.0.2', '::1', '127.0.0.3', '127.0.0.1'],
      'dead.test': ['127.0.0.2', '::1'],
    })
    using client = testClient({ allow: loopback }, known)
    expect((await call(client, `http://provider.test:${server.port}`)).outcome).toBe('end')
    expect((await call(client, `http://dead.test:${server.port}`)).outcome).toBe('connect_refused')
    expect(client.deadlines.size).toBe(0)
  })

  test('to localhost finds the server on either family', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      await using server = await listen(answering(answerOf(host)), { host })
      using client = testClient()
      expect(await call(client, `http://localhost:${server.port}`)).toMatchObject({
        outcome: 'end',
        text: host,
      })
    }
    await using server = await listen(answering(answerOf('v6')), { host: '::1' })
    using client = testClient()
    expect((await call(client, `http://[::1]:${server.port}`)).text).toBe('v6')
  })

  test('has a time limit for the name and for the handshake', async () => {
    const never = Promise.withResolvers<readonly string[]>()
    const asked = Promise.withResolvers<void>()
    using asking = testClient({}, () => {
      asked.resolve()
      return never.promise
    })
    const sink = new RecordingSink()
    asking.egress.send(requestTo('http://slow.test'), sink)
    await asked.promise
    asking.clock.advance(2_900)
    expect(sink.outcome).toBe('open')
    asking.clock.advance(200)
    expect(sink.failure).toMatchObject({ phase: 'resolve', code: 'resolve_timeout' })
    never.resolve(['93.184.216.34'])

    await using mute = await listen((socket) => void socket.resume())
    using client = testClient()
    const shaking = new RecordingSink()
    client.egress.send(requestTo(`https://127.0.0.1:${mute.port}`), shaking)
    await until(() => mute.accepted === 1)
    client.clock.advance(3_100)
    expect(shaking.failure).toMatchObject({ phase: 'tls', code: 'connect_timeout' })
    await until(() => mute.sockets.size === 0)
    expect([shaking.outcome, sink.outcome]).toEqual(['connect_timeout', 'resolve_timeout'])
  })

  test('is not made for a request that is given up in the same turn', async () => {
    using client = testClient({}, () => {
      throw new Error('Nobody was to be asked.')
    })
    const sink = new RecordingSink()
    client.egress.send(requestTo('http://gone.test'), sink).abort()
    await new Promise(setImmediate)
    expect([sink.outcome, client.deadlines.size]).toEqual(['open', 0])
  })

  test('that is given up while it is being made says nothing and leaves nothing', async () => {
    await using server = await listen(answering(answerOf('a')))
    using client = testClient()
    const sink = new RecordingSink()
    const exchange = client.egress.send(requestTo(`http://127.0.0.1:${server.port}`), sink)
    await new Promise(setImmediate)
    exchange.abort()
    const second = await call(client, `http://127.0.0.1:${server.port}`)
    await until(() => server.sockets.size === 1)
    expect([sink.outcome, sink.reused, second.outcome]).toEqual(['open', undefined, 'end'])
    expect(client.deadlines.size).toBe(0)
    expect(client.egress.connections()).toEqual({ active: 0, idle: 1 })
  })
})

describe('the resolver', () => {
  test('of the system knows this machine and refuses nonsense', async () => {
    const found = await systemResolver('localhost')
    expect(found.every((address) => address === '127.0.0.1' || address === '::1')).toBe(true)
    expect(found.length).toBeGreaterThan(0)
    const refusal = await failureOf(() => systemResolver('nobody.invalid'))
    expect(refusal).toBeInstanceOf(Error)
  })

  test('that remembers asks once for a burst, again after five seconds, and at once after a failure', async () => {
    const clock = new VirtualClock()
    let asked = 0
    const resolve = rememberingResolver(async (hostname) => {
      asked += 1
      if (hostname === 'bad.test') throw new Error('it has no address')
      return ['192.0.2.1']
    }, clock)
    await Promise.all([resolve('a.test'), resolve('a.test'), resolve('a.test')])
    expect(asked).toBe(1)
    clock.advance(5_001)
    await resolve('a.test')
    expect(asked).toBe(2)
    await resolve('bad.test').catch(() => undefined)
    await resolve('bad.test').catch(() => undefined)
    expect(asked).toBe(4)
  })
})

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/tls/${name}`, import.meta.url), 'utf8')
const certificate = (name: string) => ({ key: fixture(`${name}.key`), cert: fixture(`${name}.crt`) })
const ca = fixture('ca.crt')
const provider = names({ 'provider.test': ['127.0.0.1'], 'wrong.test': ['127.0.0.1'] })

describe('TLS', () => {
  test('trusts an authority of the operator, keeps connections, and carries the name', async () => {
    await using server = await listen(answering(answerOf('safe')), { tls: certificate('provider') })
    using client = testClient({ ca, allow: loopback }, provider)
    for (const host of ['provider.test', 'localhost', '127.0.0.1']) {
      const url = `https://${host}:${server.port}`
      expect(await call(client, url)).toMatchObject({ outcome: 'end', text: 'safe', reused: false })
      expect(await call(client, url)).toMatchObject({ outcome: 'end', text: 'safe', reused: true })
    }
    expect(server.accepted).toBe(3)
  })

  const untrusted: readonly (readonly [string, string, string, string | undefined])[] = [
    ['an authority that nobody named', 'provider', 'provider.test', undefined],
    ['a certificate that signed itself', 'self-signed', 'provider.test', ca],
    ['a certificate for another name', 'other', 'provider.test', ca],
    ['a name that the certificate lacks', 'provider', 'wrong.test', ca],
    ['an address that the certificate lacks', 'other', '127.0.0.1', ca],
    ['a certificate that is out of date', 'expired', 'provider.test', ca],
  ]
  for (const [title, name, host, authority] of untrusted) {
    test(`refuses ${title}, and sends it nothing`, async () => {
      let received = 0
      const serve = (socket: Socket) => socket.on('data', (bytes) => void (received += bytes.length))
      await using server = await listen(serve, { tls: certificate(name) })
      using client = testClient({ ca: authority, allow: loopback }, provider)
      const sink = await call(client, `https://${host}:${server.port}`)
      expect(sink.failure).toMatchObject({ phase: 'tls', code: 'tls_failed', stale: false })
      await until(() => server.sockets.size === 0)
      expect([sink.outcome, received]).toEqual(['tls_failed', 0])
      expect(client.egress.connections()).toEqual({ active: 0, idle: 0 })
    })
  }

  test('says when the other side speaks none, or leaves', async () => {
    for (const serve of [
      (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      (socket: Socket) => socket.end(),
    ]) {
      await using server = await listen(serve)
      using client = testClient()
      const sink = await call(client, `https://localhost:${server.port}`)
      expect([sink.outcome, sink.failure?.phase]).toEqual(['tls_failed', 'tls'])
    }
  })

  test('carries a body of 5 MB both ways', async () => {
    await using server = await listen(
      (socket) => onRequest(socket, (_head, bodyBytes) => void socket.write(answerOf('x'.repeat(bodyBytes)))),
      { tls: certificate('provider') },
    )
    using client = testClient({ ca })
    const sink = new RecordingSink()
    const body = bodyOf(Buffer.alloc(5_000_000))
    client.egress.send(requestTo(`https://localhost:${server.port}`, { method: 'POST', body }), sink)
    await sink.settled
    expect([sink.outcome, sink.bodyBytes]).toEqual(['end', 5_000_000])
  })
})

/** A proxy as operators run them: CONNECT for https, whole URLs for http. It remembers what it was asked. */
async function proxyTo(
  port: number,
  asked: string[],
  answer = 'HTTP/1.1 200 OK\r\n\r\n',
): Promise<LoopbackServer> {
  return listen((socket) => {
    socket.once('data', (bytes: Buffer) => {
      const head = bytes.toString('latin1')
      asked.push(head)
      if (!head.startsWith('CONNECT')) return void socket.write(answerOf('plain'))
      socket.write(answer)
      if (!answer.startsWith('HTTP/1.1 200')) return
      const inner = connectTo(port, '127.0.0.1')
      inner.on('error', () => socket.destroy())
      socket.on('close', () => inner.destroy())
      socket.pipe(inner).pipe(socket)
    })
  })
}

describe('a proxy', () => {
  test('of the environment is nobody’s wish', async () => {
    await using server = await listen(answering(answerOf('direct')))
    const before = { ...process.env }
    Object.assign(process.env, {
      HTTP_PROXY: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
      ALL_PROXY: 'http://127.0.0.1:1',
    })
    try {
      using client = testClient()
      expect((await call(client, `http://127.0.0.1:${server.port}`)).text).toBe('direct')
    } finally {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
  })

  test('of the settings tunnels https, and sees nothing but the destination', async () => {
    await using server = await listen(answering(answerOf('safe')), { tls: certificate('provider') })
    const asked: string[] = []
    await using proxy = await proxyTo(server.port, asked)
    using client = testClient({ ca, proxy: parseProxy(`http://me:se%20cret@127.0.0.1:${proxy.port}`) })
    expect(await call(client, 'https://provider.test')).toMatchObject({
      outcome: 'end',
      text: 'safe',
      reused: false,
    })
    expect(await call(client, 'https://provider.test')).toMatchObject({
      outcome: 'end',
      text: 'safe',
      reused: true,
    })
    expect(asked).toEqual([
      'CONNECT provider.test:443 HTTP/1.1\r\nhost: provider.test:443\r\n' +
        `proxy-authorization: Basic ${btoa('me:se cret')}\r\n\r\n`,
    ])
    const wrong = await call(client, 'https://wrong.test')
    expect([wrong.outcome, wrong.failure?.phase]).toEqual(['tls_failed', 'tls'])
    await until(() => proxy.sockets.size === 1)
  })

  test('of the settings is given the whole URL of a plain request', async () => {
    const asked: string[] = []
    await using proxy = await proxyTo(1, asked)
    using client = testClient({ proxy: parseProxy(`http://me:secret@127.0.0.1:${proxy.port}`) })
    expect((await call(client, 'http://provider.test')).text).toBe('plain')
    expect(asked[0]).toStartWith('GET http://provider.test:80/ HTTP/1.1\r\nhost: provider.test\r\n')
    expect(asked[0]).toContain(`proxy-authorization: Basic ${btoa('me:secret')}\r\n`)
  })

  const refusals = {
    refuses: 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
    'speaks something else': 'SSH-2.0\r\n\r\n',
    'speaks before its turn': 'HTTP/1.1 200 OK\r\n\r\nhello',
    'never comes to an end': `HTTP/1.1 200 OK\r\na: ${'b'.repeat(20_000)}`,
  }
  for (const [title, answer] of Object.entries(refusals)) {
    test(`that ${title} fails as a proxy`, async () => {
      await using proxy = await proxyTo(1, [], answer)
      using client = testClient({ proxy: parseProxy(`http://127.0.0.1:${proxy.port}`) })
      const sink = await call(client, 'https://provider.test')
      expect(sink.outcome).toBe('proxy_failed')
      await until(() => proxy.sockets.size === 0)
    })
  }

  test('that closes, or is not there, fails at once', async () => {
    await using closer = await listen((socket) => void socket.end())
    using client = testClient({ proxy: parseProxy(`http://127.0.0.1:${closer.port}`) })
    expect((await call(client, 'https://provider.test')).outcome).toBe('proxy_failed')
    using other = testClient({ proxy: parseProxy(`http://127.0.0.1:${await deadPort()}`) })
    expect((await call(other, 'https://provider.test')).outcome).toBe('connect_refused')
  })
})
