// Against a server that says what the test wants: what is lost, and what is told of it.
import { afterEach, describe, expect, test } from 'bun:test'
import { until } from '../../../test/until.ts'
import { NotLetIn, RedisSocket } from './redis-socket.ts'

interface Stand {
  readonly url: string
  /** What it was sent, all of it. */
  heard(): string
}

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

type Peer = { write(text: string): void; end(): void }

/** `answer` is told what came. */
function listening(answer: (text: string, peer: Peer) => void): Stand {
  let heard = ''
  const listener = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data: (socket, bytes) => {
        heard += bytes.toString('latin1')
        answer(bytes.toString('latin1'), {
          write: (text) => void socket.write(text),
          end: () => void socket.end(),
        })
      },
    },
  })
  ends.push(() => listener.stop(true))
  return { url: `redis://127.0.0.1:${listener.port}`, heard: () => heard }
}

async function connected(url: string, onClosed = () => {}): Promise<RedisSocket> {
  const socket = new RedisSocket({ url, ca: undefined, onClosed })
  ends.push(() => socket.close())
  await socket.connect()
  return socket
}

const lettingIn = (text: string, peer: Peer): boolean => {
  const isGreeting = text.includes('PING')
  if (isGreeting) peer.write('+PONG\r\n')
  return isGreeting
}

describe('a socket to Redis', () => {
  test('gives each who asks the answer to his own question, and sends those of one turn together', async () => {
    const chunks: string[] = []
    const { url } = listening((text, peer) => {
      if (lettingIn(text, peer)) return
      chunks.push(text)
      peer.write(':1\r\n-ERR no\r\n$1\r\n')
      peer.write('3\r\n')
    })
    const socket = await connected(url)
    const asked = ['ONE', 'TWO', 'THREE'].map((word) => socket.send(word, ['ä']))
    const answers = await Promise.allSettled(asked)
    expect(answers.map((answer) => ('value' in answer ? answer.value : String(answer.reason)))).toEqual([
      1,
      'Error: ERR no',
      '3',
    ])
    expect(chunks).toHaveLength(1)
    expect(chunks[0]).toStartWith('*2\r\n$3\r\nONE\r\n$2\r\n')
  })

  test('sends all of what the network does not take at once', async () => {
    const size = 8 * 1024 * 1024
    let left = size + '*2\r\n$3\r\nSET\r\n$8388608\r\n\r\n'.length
    const { url } = listening((text, peer) => {
      if (lettingIn(text, peer)) return
      left -= text.length
      if (left === 0) peer.write('+OK\r\n')
    })
    const socket = await connected(url)
    expect(await socket.send('SET', ['x'.repeat(size)])).toBe('OK')
  })

  test('tells all who wait, once, that the server has gone in the middle of an answer', async () => {
    const { url } = listening((text, peer) => {
      if (lettingIn(text, peer)) return
      peer.write('$9\r\nhalf')
      peer.end()
    })
    let closes = 0
    const socket = await connected(url, () => {
      closes++
    })
    const answers = await Promise.allSettled([socket.send('ONE', []), socket.send('TWO', [])])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(closes).toBe(1)
    expect(String(await socket.send('THREE', []).catch(String))).toContain('closed')
  })

  test('sends what was said before it is closed', async () => {
    const stand = listening(lettingIn)
    const socket = await connected(stand.url)
    socket.send('PUBLISH', ['words', 'goodbye']).catch(() => undefined)
    socket.close()
    await until(() => stand.heard().includes('goodbye'))
  })

  test('does not believe a server that answers what nobody asked', async () => {
    const { url } = listening((_, peer) => peer.write('+PONG\r\n+PONG\r\n'))
    let closes = 0
    const socket = new RedisSocket({ url, ca: undefined, onClosed: () => closes++ })
    await socket.connect().catch(() => undefined)
    expect(String(await socket.send('ONE', []).catch(String))).toContain('closed')
    expect(closes).toBe(1)
  })

  test.each(['redis://127.0.0.1:99999', 'redis://u:p-secret@['])('cannot reach %s', async (url) => {
    const failure = await connected(url).catch((reason: unknown) => reason)
    expect(String(failure)).toContain('cannot be read')
  })

  test('is not let in by one who says no, in whose words', async () => {
    const { url } = listening((_, peer) => peer.write('-NOAUTH Authentication required.\r\n'))
    const failure = await connected(url).catch((reason: unknown) => reason)
    expect(failure).toBeInstanceOf(NotLetIn)
    expect(String(failure)).toContain('NOAUTH Authentication required.')
  })
})
