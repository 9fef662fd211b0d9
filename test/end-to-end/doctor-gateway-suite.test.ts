// The doctor's watch on gateways: our own tells the truth of every fault, and gateways that lie are found out.
import { describe, expect, test } from 'bun:test'
import { failureOf } from '../failure-of.ts'
import { visit } from './doctor-visit.ts'
import type { VisitReport } from './doctor-visit.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'

/** A port that was free a moment ago. */
function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port = 0 } = server
  void server.stop(true)
  return port
}

function watch(url: string, port: number, more = {}): Promise<VisitReport> {
  const place = { url: `${url}/v1`, model: 'watched', providerPort: String(port) }
  return visit({ ...place, gatewaySuite: true, wait: '5s', timeout: '3s', ...more })
}

function verdictsOf({ found }: VisitReport): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(found).map(([check, [verdict]]) => [check, verdict]))
}

const checks = [
  'reached',
  'usage',
  'cut',
  'early_end',
  'corrupt_event',
  'error_event',
  'stall',
  'cut_whole',
  'abort',
]

describe('a gateway under watch', () => {
  test('is well when it is ours', async () => {
    const port = freePort()
    const models = 'models: { watched: { deployments: [{ provider: sim, model: doctor }] } }'
    const config = configFor(`http://127.0.0.1:${port}/v1`, `timeouts: { stall: 1s }\n${models}`)
    await using gateway = await startGateway({ config })
    const key = { apiKey: 'env:TEST_KEY', environment: { TEST_KEY: testKey } }
    const report = await watch(gateway.url, port, key)
    expect(verdictsOf(report)).toEqual(Object.fromEntries(checks.map((check) => [check, 'ok'])))
    expect(report.code).toBe(0)
    expect(report.error).toContain(`A faulty provider listens on http://127.0.0.1:${port}/v1`)
    expect(report.out + report.error).not.toContain(testKey)
  }, 30_000)

  test('is found out when it ends broken answers cleanly', async () => {
    const port = freePort()
    using liar = startLiar(port)
    const report = await watch(liar.url.origin, port, { timeout: '1s' })
    expect(verdictsOf(report)).toEqual({
      reached: 'ok',
      usage: 'fails',
      cut: 'fails',
      early_end: 'fails',
      corrupt_event: 'fails',
      error_event: 'fails',
      stall: 'fails',
      cut_whole: 'fails',
      abort: 'fails',
    })
    expect(report.code).toBe(1)
    expect(report.found['cut']?.[1]).toBe('Cut off: 5 × a clean end to half an answer.')
    expect(report.figures['cut']).toMatchObject({ event_0: 'false-end', event_13: 'false-end' })
  }, 40_000)

  test('is weak when it hands on what is broken as it is', async () => {
    const port = freePort()
    using pipe = startPipe(port)
    const report = await watch(pipe.url.origin, port, { timeout: '1s' })
    expect(verdictsOf(report)).toMatchObject({
      reached: 'ok',
      usage: 'ok',
      cut: 'weak',
      early_end: 'fails',
      corrupt_event: 'weak',
      error_event: 'ok',
      stall: 'weak',
      abort: 'ok',
    })
    expect(report.found['stall']?.[1]).toContain('silence until we gave up')
  }, 30_000)

  test('must reach the faulty provider', async () => {
    using stranger = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.json({}) })
    const report = await watch(stranger.url.origin, 0, { wait: '100ms' })
    expect(report.found).toEqual({
      reached: ['fails', 'The gateway does not reach the faulty provider: nothing was found out.'],
    })
    expect(report.code).toBe(1)
  })

  test('a port that is taken is said', async () => {
    using taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    expect(String(await failureOf(() => watch(taken.url.origin, taken.port ?? 0)))).toContain(
      'See --provider-port',
    )
  })

  test('people get a table', async () => {
    using stranger = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.json({}) })
    const { out } = await watch(stranger.url.origin, 0, { wait: '1ms', json: false })
    expect(out).toContain('model watched\n  fails    reached  The gateway does not reach')
  })
})

/** Makes a clean end to whatever it has, whoever has left, and counts nothing. */
function startLiar(port: number): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      const body = await request.text()
      const upstream = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', body })
      if (!JSON.parse(body).stream) {
        await upstream.text().catch(() => '')
        return Response.json({ choices: [{ index: 0, message: { role: 'assistant', content: 'alpha' } }] })
      }
      return new Response(lyingStream(upstream), { headers: { 'content-type': 'text/event-stream' } })
    },
  })
}

function lyingStream(upstream: Response): ReadableStream<Uint8Array> {
  const say = (value: unknown): Uint8Array => Buffer.from(`data: ${JSON.stringify(value)}\n\n`)
  const lines = linesOf(upstream)
  let isGone = false
  return new ReadableStream({
    async start(controller) {
      const send = (bytes: Uint8Array): void => {
        if (!isGone) controller.enqueue(bytes)
      }
      for await (const line of lines) {
        const text = contentOf(line)
        if (text !== '') send(say({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] }))
      }
      send(say({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
      send(Buffer.from('data: [DONE]\n\n'))
      if (!isGone) controller.close()
    },
    cancel() {
      isGone = true
    },
  })
}

/** Until it breaks off, or is silent for too long. */
async function* linesOf(upstream: Response): AsyncGenerator<string> {
  const reader = upstream.body?.getReader()
  let rest = ''
  for (;;) {
    const silence = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 400))
    const piece = await Promise.race([reader?.read().catch(() => undefined), silence])
    if (piece?.value === undefined) return
    const lines = (rest + Buffer.from(piece.value).toString()).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

function contentOf(line: string): string {
  try {
    return JSON.parse(line.slice('data: '.length)).choices[0].delta.content ?? ''
  } catch {
    return ''
  }
}

/** Hands on bytes as they come, in both directions. */
function startPipe(port: number): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    error: () => Response.json({ error: { message: 'The provider failed.' } }, { status: 502 }),
    async fetch(request) {
      const { signal } = request
      const body = await request.text()
      const upstream = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        body,
        signal,
      })
      return new Response(upstream.body, { status: upstream.status, headers: upstream.headers })
    },
  })
}
