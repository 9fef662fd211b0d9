import { describe, expect, test } from 'bun:test'
import { bodyOf, requestTo, testClient, until } from '../../../test/egress-client.ts'
import type { TestClient } from '../../../test/egress-client.ts'
import { answering, answerOf, listen, onRequest } from '../../../test/loopback-server.ts'
import { RecordingSink } from '../../../test/recording-sink.ts'

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

async function call(
  client: TestClient,
  port: number,
  changes: Parameters<typeof requestTo>[1] = {},
): Promise<RecordingSink> {
  const sink = new RecordingSink()
  client.egress.send(requestTo(`http://127.0.0.1:${port}`, changes), sink)
  await sink.settled
  return sink
}

describe('a request', () => {
  test('goes out whole, with the headers of a connection, and its answer comes back whole', async () => {
    let seen = ''
    await using server = await listen((socket) => {
      onRequest(socket, (head, bodyBytes) => {
        seen = `${head}${bodyBytes}`
        socket.write(answerOf('hello', 'x-a: b\r\n'))
      })
    })
    using client = testClient()
    const body = bodyOf(Buffer.from('{"a":'), Buffer.from(''), Buffer.from('1}'))
    const sink = await call(client, server.port, {
      method: 'POST',
      path: '/v1?a=b',
      headers: 'x-key: c\r\n',
      body,
    })
    expect(seen).toBe(
      `POST /v1?a=b HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nx-key: c\r\n` +
        'accept-encoding: identity\r\nconnection: keep-alive\r\ncontent-length: 7\r\n\r\n7',
    )
    expect([sink.outcome, sink.text, sink.answer?.status, sink.answer?.header('x-a')]).toEqual([
      'end',
      'hello',
      200,
      'b',
    ])
  })

  test('cannot smuggle a line by a character that a byte cannot hold', async () => {
    let seen = ''
    await using server = await listen((socket) => {
      onRequest(socket, (head) => {
        seen = head
        socket.write(answerOf(''))
      })
    })
    using client = testClient()
    await call(client, server.port, { headers: 'x-a: b\u{10d}\u{10a}x-evil: c\r\n' })
    expect(seen.split('\r\n').filter((line) => line.startsWith('x-'))).toHaveLength(1)
  })

  test('of 20 MB goes out as the peer takes it', async () => {
    let received = 0
    await using server = await listen((socket) => {
      onRequest(socket, (_head, bodyBytes) => {
        received = bodyBytes
        socket.write(answerOf('ok'))
      })
    })
    using client = testClient()
    const body = bodyOf(Buffer.alloc(1), Buffer.alloc(20_000_000), Buffer.alloc(7))
    const first = await call(client, server.port, { method: 'POST', body })
    expect([first.outcome, received]).toEqual(['end', 20_000_008])
    expect((await call(client, server.port)).reused).toBe(true)
    expect(client.deadlines.size).toBe(0)
  })

  test('that the peer does not take fails after the write timeout', async () => {
    await using server = await listen((socket) => void socket.pause())
    using client = testClient()
    const sink = new RecordingSink()
    const body = bodyOf(Buffer.alloc(30_000_000))
    client.egress.send(requestTo(`http://127.0.0.1:${server.port}`, { method: 'POST', body }), sink)
    await sink.isConnected
    client.clock.advance(9_900)
    expect(sink.outcome).toBe('open')
    client.clock.advance(200)
    expect([sink.outcome, sink.failure?.phase, sink.failure?.stale]).toEqual([
      'write_timeout',
      'write',
      false,
    ])
    expect(client.egress.connections()).toEqual({ active: 0, idle: 0 })
  })

  test('answered before it was taken gives the answer, and its connection is not kept', async () => {
    await using server = await listen((socket) => {
      socket.once('data', () => {
        socket.pause()
        socket.write(answerOf('too much'))
      })
    })
    using client = testClient()
    const sink = await call(client, server.port, { method: 'POST', body: bodyOf(Buffer.alloc(30_000_000)) })
    expect([sink.outcome, sink.text]).toEqual(['end', 'too much'])
    expect(client.egress.connections()).toEqual({ active: 0, idle: 0 })
  })
})

describe('the end of an answer', () => {
  // What the server does, and what the sink hears.
  const cases: readonly (readonly [string, string, 'end' | 'reset' | 'stay', string])[] = [
    ['a length and all of it', answerOf('hello'), 'stay', 'end'],
    ['a length, all of it and a close', answerOf('hello'), 'end', 'end'],
    [
      'a length and a close before it is reached',
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello',
      'end',
      'closed',
    ],
    [
      'a length and a reset before it is reached',
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello',
      'reset',
      'closed',
    ],
    ['no length and a close', 'HTTP/1.1 200 OK\r\n\r\nhello', 'end', 'end'],
    ['no length and a reset', 'HTTP/1.1 200 OK\r\n\r\nhello', 'reset', 'closed'],
    ['chunks', `${chunked}5\r\nhello\r\n0\r\n\r\n`, 'stay', 'end'],
    ['chunks and a close inside of one', `${chunked}9\r\nhello`, 'end', 'closed'],
    ['chunks and a close after one', `${chunked}5\r\nhello\r\n`, 'end', 'closed'],
    ['chunks and a close before the last line', `${chunked}5\r\nhello\r\n0\r\n`, 'end', 'closed'],
    ['a close inside of the head', 'HTTP/1.1 200 OK\r\ncontent-le', 'end', 'closed'],
    ['a close without a word', '', 'end', 'closed'],
    ['a reset without a word', '', 'reset', 'closed'],
    ['a broken head', 'HTTP/1.1 200 OK\r\na b\r\n\r\n', 'stay', 'malformed'],
    ['a broken chunk', `${chunked}x\r\n`, 'stay', 'malformed'],
    ['an endless head', `HTTP/1.1 200 OK\r\na: ${'b'.repeat(70_000)}`, 'stay', 'too_large'],
    ['no body at all', 'HTTP/1.1 204 No Content\r\n\r\n', 'stay', 'end'],
  ]
  for (const [title, wire, then, outcome] of cases) {
    test(`${title}: ${outcome}`, async () => {
      await using server = await listen((socket) => {
        onRequest(socket, () => {
          socket.write(wire)
          if (then === 'end') socket.end()
          if (then === 'reset' && !wire.includes('\r\n\r\n')) socket.resetAndDestroy()
        })
      })
      using client = testClient()
      // A reset must not overtake the bytes before it.
      const reset = () => server.sockets.forEach((socket) => socket.resetAndDestroy())
      const sink = new RecordingSink(then === 'reset' ? { data: reset } : {})
      client.egress.send(requestTo(`http://127.0.0.1:${server.port}`), sink)
      await sink.settled
      await until(() => client.egress.connections().active === 0)
      expect([sink.outcome, sink.failure?.stale ?? false]).toEqual([outcome, false])
      expect(client.deadlines.size).toBe(0)
    })
  }

  test('says in which part of the answer it failed', async () => {
    const wires = ['HTTP/1.1 200 OK\r\ncont', `${chunked}9\r\nhello`, 'HTTP/1.1 100 Continue\r\n\r\n']
    const phases: unknown[] = []
    for (const wire of wires) {
      await using server = await listen((socket) => onRequest(socket, () => void socket.end(wire)))
      using client = testClient()
      phases.push((await call(client, server.port)).failure?.phase)
    }
    expect(phases).toEqual(['head', 'body', 'head'])
  })
})

describe('kept connections', () => {
  test('carry one request after the other, the freshest first', async () => {
    const seen: number[] = []
    let sockets = 0
    const held: (() => void)[] = []
    await using server = await listen((socket) => {
      sockets += 1
      const number = sockets
      onRequest(socket, (head) => {
        seen.push(number)
        if (head.startsWith('GET /hold')) held.push(() => void socket.write(answerOf('held')))
        else socket.write(answerOf('quick'))
      })
    })
    using client = testClient()
    const url = `http://127.0.0.1:${server.port}`
    const [first, second] = [new RecordingSink(), new RecordingSink()]
    client.egress.send(requestTo(url, { path: '/hold' }), first)
    await until(() => held.length === 1)
    client.egress.send(requestTo(url, { path: '/hold' }), second)
    await until(() => held.length === 2)
    expect(client.egress.connections()).toEqual({ active: 2, idle: 0 })
    held[1]?.()
    await second.settled
    held[0]?.()
    await first.settled
    expect(client.egress.connections()).toEqual({ active: 0, idle: 2 })
    for (let count = 0; count < 3; count += 1) expect((await call(client, server.port)).reused).toBe(true)
    expect(seen).toEqual([1, 2, 1, 1, 1])
  })

  test('are found by a request that is made while an answer ends', async () => {
    await using server = await listen(answering(answerOf('a')))
    using client = testClient()
    const url = `http://127.0.0.1:${server.port}`
    const second = new RecordingSink()
    client.egress.send(
      requestTo(url),
      new RecordingSink({ end: () => client.egress.send(requestTo(url), second) }),
    )
    await second.settled
    expect([second.outcome, second.reused, second.text, server.accepted]).toEqual(['end', true, 'a', 1])
  })

  test('are not shared between destinations', async () => {
    await using one = await listen(answering(answerOf('one')))
    await using two = await listen(answering(answerOf('two')))
    using client = testClient()
    await call(client, one.port)
    expect((await call(client, two.port)).text).toBe('two')
    expect((await call(client, one.port)).reused).toBe(true)
  })

  test('are left alone by a request that wants a fresh one', async () => {
    await using server = await listen(answering(answerOf('a')))
    using client = testClient()
    await call(client, server.port)
    expect((await call(client, server.port, { fresh: true })).reused).toBe(false)
    expect(server.accepted).toBe(2)
  })

  test('are closed after their time, and used ones are not', async () => {
    await using server = await listen(answering(answerOf('a')))
    using client = testClient()
    await call(client, server.port)
    client.clock.advance(20_000)
    expect(client.egress.connections().idle).toBe(1)
    await call(client, server.port)
    client.clock.advance(20_000)
    expect(client.egress.connections().idle).toBe(1)
    client.clock.advance(30_000)
    expect(client.egress.connections().idle).toBe(0)
    await until(() => server.sockets.size === 0)
    expect(client.clock.pending).toBe(0)
  })

  test('are no more than the settings allow', async () => {
    const held: (() => void)[] = []
    await using server = await listen((socket) => {
      onRequest(socket, () => held.push(() => void socket.write(answerOf('a'))))
    })
    using client = testClient({ idleConnectionsMax: 2 })
    const calls = [1, 2, 3, 4].map(() => call(client, server.port))
    await until(() => held.length === 4)
    for (const answer of held) answer()
    await Promise.all(calls)
    expect(client.egress.connections()).toEqual({ active: 0, idle: 2 })
    await until(() => server.sockets.size === 2)
  })

  test('that the peer has closed in the meantime fail as stale, and a fresh one works', async () => {
    await using server = await listen((socket) => {
      let answers = 0
      onRequest(socket, () => {
        answers += 1
        if (answers === 1) socket.write(answerOf('a'))
        else socket.destroy()
      })
    })
    using client = testClient()
    await call(client, server.port)
    const stale = await call(client, server.port)
    expect(stale.failure).toMatchObject({ code: 'closed', phase: 'head', stale: true })
    expect((await call(client, server.port, { fresh: true })).outcome).toBe('end')
  })

  test('that close after the first byte of an answer are not stale', async () => {
    for (const begun of ['H', 'HTTP/1.1 100 Continue\r\n\r\n']) {
      await using server = await listen((socket) => {
        let answers = 0
        onRequest(socket, () => {
          answers += 1
          if (answers === 1) socket.write(answerOf('a'))
          else socket.end(begun)
        })
      })
      using client = testClient()
      await call(client, server.port)
      expect((await call(client, server.port)).failure).toMatchObject({ code: 'closed', stale: false })
    }
  })

  test('are forgotten when the peer closes them, and when it speaks unasked', async () => {
    for (const nuisance of ['', 'HTTP/1.1 408 Request Timeout\r\n\r\n']) {
      await using server = await listen(answering(answerOf('a')))
      using client = testClient()
      await call(client, server.port)
      for (const socket of server.sockets) {
        if (nuisance === '') socket.end()
        else socket.write(nuisance)
      }
      await until(() => client.egress.connections().idle === 0 && server.sockets.size === 0)
      expect(client.egress.connections().active).toBe(0)
      expect(await call(client, server.port)).toMatchObject({ outcome: 'end', reused: false, text: 'a' })
    }
  })

  const unkept = {
    'says that it closes': answerOf('a', 'connection: close\r\n'),
    'is of HTTP/1.0': 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na',
    'is followed by bytes that nobody asked for': `${answerOf('a')}x`,
    'is followed by another answer': answerOf('a') + answerOf('b'),
  }
  for (const [title, wire] of Object.entries(unkept)) {
    test(`are not made of one whose answer ${title}`, async () => {
      await using server = await listen(answering(wire))
      using client = testClient()
      expect(await call(client, server.port)).toMatchObject({ outcome: 'end', text: 'a' })
      expect(client.egress.connections()).toEqual({ active: 0, idle: 0 })
      await until(() => server.sockets.size === 0)
    })
  }

  test('are closed with the client, and those in use when their answer ends', async () => {
    const held: (() => void)[] = []
    await using server = await listen((socket) => {
      onRequest(socket, (head) => {
        if (head.startsWith('GET /hold')) held.push(() => void socket.write(answerOf('held')))
        else socket.write(answerOf('a'))
      })
    })
    using client = testClient()
    const slow = call(client, server.port, { path: '/hold' })
    await until(() => held.length === 1)
    await call(client, server.port)
    client.egress.close()
    await until(() => server.sockets.size === 1)
    held[0]?.()
    expect((await slow).outcome).toBe('end')
    await until(() => server.sockets.size === 0)
    expect(client.egress.connections()).toEqual({ active: 0, idle: 0 })
  })

  test('leave nothing of an exchange that is over in the hands of its caller', async () => {
    const held: (() => void)[] = []
    await using server = await listen((socket) => {
      onRequest(socket, (head) => {
        if (head.startsWith('GET /hold')) held.push(() => void socket.write(answerOf('held')))
        else socket.write(answerOf('a'))
      })
    })
    using client = testClient()
    const url = `http://127.0.0.1:${server.port}`
    const [first, second] = [new RecordingSink(), new RecordingSink()]
    const over = client.egress.send(requestTo(url), first)
    await first.settled
    client.egress.send(requestTo(url, { path: '/hold' }), second)
    over.pause()
    over.abort()
    await until(() => held.length === 1)
    held[0]?.()
    await second.settled
    expect([first.outcome, second.outcome, second.reused]).toEqual(['end', 'end', true])
  })
})

describe('600 requests at once', () => {
  test('each get their own answer, and then share connections', async () => {
    let held: (() => void)[] = []
    await using server = await listen((socket) => {
      onRequest(socket, (head) => {
        held.push(() => void socket.write(answerOf(head.slice(0, head.indexOf(' HTTP')))))
      })
    })
    using client = testClient({ idleConnectionsMax: 600 })
    for (const reused of [false, true]) {
      const calls: Promise<RecordingSink>[] = []
      // In bursts that the queue of a listening socket holds, which is 512 here.
      for (let number = 0; number < 600; number += 1) {
        calls.push(call(client, server.port, { path: `/${number}` }))
        if (number % 300 === 299) await until(() => held.length === calls.length)
      }
      expect(client.egress.connections()).toEqual({ active: 600, idle: 0 })
      for (const answer of held) answer()
      held = []
      const sinks = await Promise.all(calls)
      expect(sinks.every(({ text }, number) => text === `GET /${number}`)).toBe(true)
      expect(sinks.every((sink) => sink.outcome === 'end' && sink.reused === reused)).toBe(true)
    }
    expect(server.accepted).toBe(600)
    expect(client.egress.connections()).toEqual({ active: 0, idle: 600 })
    expect(client.deadlines.size).toBe(0)
  })
})
