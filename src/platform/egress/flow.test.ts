// How an answer flows: backpressure, silence, giving up, and codings that must be undone.
import { describe, expect, test } from 'bun:test'
import type { Socket } from 'node:net'
import { brotliCompressSync, constants, createBrotliCompress, createDeflate, createGzip } from 'node:zlib'
import { createZstdCompress, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Transform } from 'node:stream'
import { requestTo, testClient, until } from '../../../test/egress-client.ts'
import type { TestClient } from '../../../test/egress-client.ts'
import { answering, answerOf, listen, onRequest } from '../../../test/loopback-server.ts'
import { RecordingSink } from '../../../test/recording-sink.ts'
import type { EgressExchange } from '../../core/egress.ts'

const chunkedHead = (headers = '') => `HTTP/1.1 200 OK\r\n${headers}transfer-encoding: chunked\r\n\r\n`

function chunkOf(bytes: Buffer | string): Buffer {
  const body = Buffer.from(bytes)
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')])
}

/** Sends without an end, as fast as it is taken. */
function endless(socket: Socket, head = chunkedHead()): void {
  const piece = chunkOf(Buffer.alloc(64 * 1024))
  socket.once('data', () => {
    socket.write(head)
    const fill = () => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', fill)
    fill()
  })
}

function open(client: TestClient, port: number, sink: RecordingSink): EgressExchange {
  return client.egress.send(requestTo(`http://127.0.0.1:${port}`), sink)
}

/** Some turns of the loop, in which whatever is on its way arrives. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Bun.sleep(1)
}

describe('backpressure', () => {
  test('stops the peer, takes no memory, and lets it go on', async () => {
    await using server = await listen((socket) => endless(socket))
    using client = testClient()
    let isPaused = false
    let whilePaused = 0
    const sink = new RecordingSink({
      data: (chunk) => {
        if (isPaused) whilePaused += chunk.byteLength
        else if (sink.bodyBytes > 1_000_000) {
          isPaused = true
          exchange.pause()
        }
      },
    })
    const exchange = open(client, server.port, sink)
    await until(() => isPaused)
    await turns(30)
    // What was read from the socket already is handed on, one read at most.
    expect(whilePaused).toBeLessThan(1_100_000)
    const before = whilePaused
    const rssBefore = process.memoryUsage.rss()
    await turns(50)
    expect(whilePaused).toBe(before)
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(40_000_000)
    isPaused = false
    const seen = sink.bodyBytes
    exchange.resume()
    await until(() => sink.bodyBytes > seen + 100_000)
    exchange.abort()
    await until(() => server.sockets.size === 0)
    expect(sink.outcome).toBe('open')
  })

  test('may be asked for before there is a connection, and holds back the answer', async () => {
    await using server = await listen(answering(answerOf('hello')))
    using client = testClient()
    const sink = new RecordingSink()
    const exchange = open(client, server.port, sink)
    exchange.pause()
    await sink.isConnected
    await turns(10)
    expect(sink.answer).toBeUndefined()
    exchange.resume()
    await sink.settled
    expect(sink.text).toBe('hello')
  })

  test('does not lose the rest when the peer has sent all and closed', async () => {
    const body = 'x'.repeat(300_000)
    await using server = await listen((socket) => {
      onRequest(socket, () => void socket.end(`HTTP/1.1 200 OK\r\n\r\n${body}`))
    })
    using client = testClient()
    const sink = new RecordingSink({ head: () => exchange.pause() })
    const exchange = open(client, server.port, sink)
    await sink.hasHead
    await turns(20)
    exchange.resume()
    await sink.settled
    expect([sink.outcome, sink.bodyBytes]).toEqual(['end', 300_000])
  })

  test('does not stay with a connection that is kept', async () => {
    await using server = await listen(answering(answerOf('hello')))
    using client = testClient()
    const sink = new RecordingSink({ data: () => exchange.pause() })
    const exchange = open(client, server.port, sink)
    await sink.settled
    const next = new RecordingSink()
    open(client, server.port, next)
    await next.settled
    expect([next.outcome, next.reused, next.text]).toEqual(['end', true, 'hello'])
  })
})

describe('silence', () => {
  test('of an answer that has begun fails after the idle timeout, each byte begins it anew', async () => {
    const sockets: Socket[] = []
    await using server = await listen((socket) => {
      sockets.push(socket)
      onRequest(socket, () => void socket.write(chunkedHead()))
    })
    using client = testClient()
    const sink = new RecordingSink()
    open(client, server.port, sink)
    await sink.hasHead
    client.clock.advance(50_000)
    sockets[0]?.write(chunkOf('a'))
    await until(() => sink.bodyBytes === 1)
    client.clock.advance(59_000)
    expect(sink.outcome).toBe('open')
    client.clock.advance(1_100)
    expect(sink.failure).toMatchObject({ phase: 'body', code: 'idle_timeout', stale: false })
    await until(() => server.sockets.size === 0)
    expect(sink.outcome).toBe('idle_timeout')
    expect(client.deadlines.size).toBe(0)
  })

  test('before an answer is for the caller to judge', async () => {
    await using server = await listen((socket) => void socket.resume())
    using client = testClient()
    const sink = new RecordingSink()
    const exchange = open(client, server.port, sink)
    await sink.isConnected
    client.clock.advance(600_000)
    expect([sink.outcome, client.deadlines.size]).toEqual(['open', 0])
    exchange.abort()
  })

  test('that the sink wished for is no fault of the peer', async () => {
    await using server = await listen((socket) => onRequest(socket, () => void socket.write(chunkedHead())))
    using client = testClient()
    const sink = new RecordingSink()
    const exchange = open(client, server.port, sink)
    await sink.hasHead
    exchange.pause()
    client.clock.advance(600_000)
    expect(sink.outcome).toBe('open')
    exchange.resume()
    client.clock.advance(60_100)
    expect(sink.outcome).toBe('idle_timeout')
  })
})

describe('giving up', () => {
  test('closes the connection of the peer within 50 ms, and the sink hears nothing more', async () => {
    const closedMs: number[] = []
    await using server = await listen((socket) => {
      socket.on('close', () => closedMs.push(performance.now()))
      endless(socket)
    })
    using client = testClient()
    for (let round = 0; round < 5; round += 1) {
      const sink = new RecordingSink({ data: () => sink.bodyBytes > 200_000 && exchange.abort() })
      const exchange = open(client, server.port, sink)
      await until(() => sink.bodyBytes > 200_000)
      const abortedMs = performance.now()
      const { bodyBytes } = sink
      await until(() => closedMs.length > round)
      expect(Number(closedMs[round]) - abortedMs).toBeLessThan(50)
      expect([sink.outcome, sink.bodyBytes, sink.late]).toEqual(['open', bodyBytes, 0])
    }
    expect(client.egress.connections()).toEqual({ active: 0, idle: 0 })
  })

  test('in any of its events is the last that the sink hears', async () => {
    await using server = await listen(answering(`${chunkedHead()}1\r\na\r\n1\r\nb\r\n0\r\n\r\n`))
    for (const moment of ['connected', 'head', 'data', 'end'] as const) {
      using client = testClient()
      let heard = 0
      const count = (name: string) => () => {
        heard += 1
        if (name === moment) exchange.abort()
      }
      const hooks = {
        connected: count('connected'),
        head: count('head'),
        data: count('data'),
        end: count('end'),
      }
      const sink = new RecordingSink(hooks)
      const exchange = open(client, server.port, sink)
      await until(() => heard > ['connected', 'head', 'data', 'end'].indexOf(moment))
      await turns(5)
      expect(heard).toBe({ connected: 1, head: 2, data: 3, end: 5 }[moment])
      expect(client.egress.connections().active).toBe(0)
    }
  })

  test('twice is once', async () => {
    await using server = await listen((socket) => endless(socket))
    using client = testClient()
    const sink = new RecordingSink()
    const exchange = open(client, server.port, sink)
    await sink.hasHead
    exchange.abort()
    exchange.abort()
    exchange.pause()
    exchange.resume()
    expect(client.egress.connections()).toEqual({ active: 0, idle: 0 })
  })
})

const text = 'data: {"delta":"hello"}\n\n'.repeat(400)
const codings: readonly (readonly [string, (flat: Buffer) => Buffer, () => Transform])[] = [
  ['gzip', gzipSync, () => createGzip({ flush: constants.Z_SYNC_FLUSH })],
  ['x-gzip', gzipSync, () => createGzip({ flush: constants.Z_SYNC_FLUSH })],
  ['deflate', deflateRawSync, () => createDeflate({ flush: constants.Z_SYNC_FLUSH })],
  ['br', brotliCompressSync, () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH })],
  ['zstd', zstdCompressSync, () => createZstdCompress({ flush: constants.ZSTD_e_flush })],
]

describe('a compressed answer', () => {
  for (const [coding, compress, compressor] of codings) {
    const headers = `content-encoding: ${coding.toUpperCase()}\r\n`

    test(`of ${coding} is undone, in pieces of any size, and its connection is kept`, async () => {
      const coded = compress(Buffer.from(text))
      const pieces = [...coded].map((byte) => chunkOf(Buffer.from([byte])))
      const wire = Buffer.concat([Buffer.from(chunkedHead(headers)), ...pieces, Buffer.from('0\r\n\r\n')])
      await using server = await listen(answering(wire))
      using client = testClient()
      for (const reused of [false, true]) {
        const sink = new RecordingSink()
        open(client, server.port, sink)
        await sink.settled
        expect([sink.outcome, sink.reused, sink.text === text]).toEqual(['end', reused, true])
      }
    })

    test(`of ${coding} that is cut off or broken is malformed`, async () => {
      const coded = compress(Buffer.from(text))
      const broken = Buffer.from(coded)
      broken.fill(0xff, 4, 12)
      for (const bytes of [coded.subarray(0, -6), broken]) {
        const wire = Buffer.concat([
          Buffer.from(chunkedHead(headers)),
          chunkOf(bytes),
          Buffer.from('0\r\n\r\n'),
        ])
        await using server = await listen(answering(wire))
        using client = testClient()
        const sink = new RecordingSink()
        open(client, server.port, sink)
        await sink.settled
        expect(sink.failure).toMatchObject({ phase: 'body', code: 'malformed' })
        await turns(3)
        expect([sink.outcome, sink.ends]).toEqual(['malformed', 0])
      }
    })

    test(`of ${coding} arrives event by event when the peer flushes`, async () => {
      const stream = compressor()
      await using server = await listen((socket) => {
        onRequest(socket, () => {
          socket.write(chunkedHead(headers))
          stream.on('data', (bytes: Buffer) => socket.write(chunkOf(bytes)))
        })
      })
      using client = testClient()
      const sink = new RecordingSink()
      const exchange = open(client, server.port, sink)
      await sink.hasHead
      for (const event of ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']) {
        const before = sink.text
        stream.write(event)
        await until(() => sink.text === before + event)
      }
      exchange.abort()
    })
  }

  test('that grows without measure is too large, long before memory is', async () => {
    const zeros = Buffer.alloc(40_000_000)
    for (const [coding, bomb] of [
      ['gzip', gzipSync(zeros)],
      ['zstd', zstdCompressSync(zeros)],
    ] as const) {
      const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${bomb.length}\r\n\r\n`
      await using server = await listen(answering(Buffer.concat([Buffer.from(head), bomb])))
      using client = testClient()
      const sink = new RecordingSink()
      open(client, server.port, sink)
      await sink.settled
      await turns(5)
      expect([sink.outcome, sink.failure?.phase]).toEqual(['too_large', 'body'])
      expect(sink.bodyBytes).toBeLessThan(17_000_000)
    }
  })

  test('of a coding that is not known, or of several, is refused with its connection', async () => {
    for (const coding of ['compress', 'gzip, br', 'aes128gcm', 'gzip;q=1']) {
      await using server = await listen(answering(answerOf('hello', `content-encoding: ${coding}\r\n`)))
      using client = testClient()
      const sink = new RecordingSink()
      open(client, server.port, sink)
      await sink.settled
      expect(sink.failure).toMatchObject({ phase: 'head', code: 'unsupported_encoding' })
      expect([sink.outcome, sink.answer]).toEqual(['unsupported_encoding', undefined])
      await until(() => server.sockets.size === 0)
    }
  })

  test('may be empty, or named and not there', async () => {
    const wires = [
      'HTTP/1.1 204 No Content\r\ncontent-encoding: gzip\r\n\r\n',
      answerOf('', 'content-encoding: br\r\n'),
      answerOf('', 'content-encoding: identity\r\n'),
    ]
    for (const wire of wires) {
      await using server = await listen(answering(wire))
      using client = testClient()
      const sink = new RecordingSink()
      open(client, server.port, sink)
      await sink.settled
      expect([sink.outcome, sink.bodyBytes, client.egress.connections().idle]).toEqual(['end', 0, 1])
    }
  })

  test('that is given up delivers nothing more, though some of it was decoded', async () => {
    const wire = answerOf('', '').replace('content-length: 0', 'content-encoding: gzip\r\ncontent-length: ')
    const coded = gzipSync(Buffer.alloc(3_000_000, 'abc'))
    const head = Buffer.from(wire.replace('length: \r\n', `length: ${coded.length}\r\n`))
    await using server = await listen(answering(Buffer.concat([head, coded])))
    using client = testClient()
    const sink = new RecordingSink({ data: () => exchange.abort() })
    const exchange = open(client, server.port, sink)
    await until(() => sink.bodyBytes > 0)
    const { bodyBytes } = sink
    await turns(10)
    expect([sink.outcome, sink.bodyBytes, sink.late]).toEqual(['open', bodyBytes, 0])
  })

  test('can be paused, and comes whole after that', async () => {
    const coded = gzipSync(Buffer.alloc(3_000_000, 'abc'))
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${coded.length}\r\n\r\n`
    await using server = await listen(answering(Buffer.concat([Buffer.from(head), coded])))
    using client = testClient()
    let isPaused = false
    const sink = new RecordingSink({
      data: () => {
        if (isPaused) return
        isPaused = true
        exchange.pause()
      },
    })
    const exchange = open(client, server.port, sink)
    await until(() => isPaused)
    await turns(5)
    const { bodyBytes } = sink
    await turns(10)
    expect(sink.bodyBytes).toBe(bodyBytes)
    expect(bodyBytes).toBeLessThan(1_000_000)
    exchange.resume()
    await sink.settled
    expect([sink.outcome, sink.bodyBytes]).toEqual(['end', 3_000_000])
  })
})
