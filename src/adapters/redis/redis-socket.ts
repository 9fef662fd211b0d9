// One connection to Redis on the sockets that calls to providers go by, too: what asks with every call then shares their
// code, and costs less than by the runtime's own client (docs/adr/2026-11-21-fleet.md). Nothing is sent twice.
import { Buffer } from 'node:buffer'
import { socketHandler } from '../../platform/egress/socket-user.ts'
import type { EgressSocket, SocketUser } from '../../platform/egress/socket-user.ts'
import { atTurnEnd } from '../../platform/turn-end.ts'
import type { TurnTask } from '../../platform/turn-end.ts'
import { RedisError, RespReader } from './resp-reader.ts'
import type { Reply } from './resp-reader.ts'

export interface RedisSocketParts {
  /** `redis://` or `rediss://`, with a password where there is one. */
  readonly url: string
  /** Certificates of authorities, for `rediss://`. */
  readonly ca: string | undefined
  /** Told once, however it ends, also by `close`. */
  onClosed(): void
}

/** Whoever is there does not let us in, or is somebody else: in their words. */
export class NotLetIn extends Error {}

interface Waiting {
  resolve(reply: Reply): void
  reject(failure: Error): void
}

/** So many answered ones are forgotten together. */
const forgottenAtOnce = 256

export class RedisSocket implements SocketUser, TurnTask {
  readonly #parts: RedisSocketParts
  readonly #reader = new RespReader()
  readonly #greeted = Promise.withResolvers<void>()
  readonly #take = (reply: Reply): void => this.#took(reply)
  readonly #address: URL | undefined
  #socket: EgressSocket | undefined
  /** In the order of what was asked; those before `#first` are answered. */
  #waiting: (Waiting | undefined)[] = []
  #first = 0
  /** What goes when this turn ends. */
  #outgoing = ''
  /** What the socket did not take at once. */
  #unsent: Buffer[] = []
  #heard: ((text: string) => void) | undefined
  #isOver = false

  constructor(parts: RedisSocketParts) {
    this.#parts = parts
    this.#address = URL.canParse(parts.url) ? new URL(parts.url) : undefined
  }

  get #isTls(): boolean {
    return this.#address?.protocol === 'rediss:'
  }

  /** Resolves when the server has let us in; rejects when it does not. */
  async connect(): Promise<void> {
    try {
      await this.#reach()
    } catch (failure) {
      this.#end(failure instanceof Error ? failure : new Error('no connection'))
    }
    await this.#greeted.promise
  }

  async #reach(): Promise<void> {
    // The address may hold a password: what is said of it does not repeat it.
    if (this.#address === undefined) throw new NotLetIn('its address cannot be read')
    const { hostname, port } = this.#address
    const host = hostname.replace(/^\[|\]$/g, '')
    const { ca } = this.#parts
    const tls = { serverName: host, rejectUnauthorized: true, ...(ca !== undefined && { ca }) }
    await Bun.connect<SocketUser>({
      hostname: host,
      port: Number(port === '' ? '6379' : port),
      data: this,
      ...(this.#isTls && { tls }),
      socket: socketHandler,
    })
  }

  /** Rejects when it is not known whether it was done, and when the server says no. */
  send(command: string, words: readonly string[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return reject(new Error('the connection is closed'))
      this.#waiting.push({ resolve, reject })
      // What is asked in one turn of the loop goes together: one call to the kernel, and one that wakes the server.
      if (this.#outgoing === '') atTurnEnd(this)
      this.#outgoing += wire(command, words)
    })
  }

  /** Hears what is published there. Nothing else but PING goes from then on. */
  async subscribe(channel: string, heard: (text: string) => void): Promise<void> {
    this.#heard = heard
    await this.send('SUBSCRIBE', [channel])
  }

  /** What was sent before goes; nobody hears what is answered. */
  close(reason = 'the connection was closed'): void {
    this.turnEnds()
    this.#end(new Error(reason))
  }

  opened(socket: EgressSocket): void {
    if (this.#isOver) {
      socket.terminate()
      return
    }
    this.#socket = socket
    if (!this.#isTls) this.#greet()
  }

  /** The runtime has looked at the chain and at the name. */
  shaken(socket: EgressSocket, problem: unknown): void {
    if (this.#isOver) return
    if (socket.authorized && (problem === null || problem === undefined)) return this.#greet()
    this.#end(new NotLetIn(problem instanceof Error ? problem.message : 'its certificate is not trusted'))
  }

  received(bytes: Buffer): void {
    if (this.#isOver) return
    try {
      this.#reader.feed(bytes, this.#take)
    } catch (failure) {
      this.#end(new NotLetIn(failure instanceof Error ? failure.message : 'it is no Redis'))
    }
  }

  turnEnds(): void {
    const text = this.#outgoing
    this.#outgoing = ''
    if (text !== '' && !this.#isOver) this.#write(text)
  }

  drain(): void {
    const unsent = this.#unsent
    this.#unsent = []
    for (const bytes of unsent) this.#write(bytes)
  }

  ended(): void {
    this.#end(new Error('the connection was closed'))
  }

  failed(): void {
    this.#end(new Error('the connection was lost'))
  }

  closed(): void {
    this.#end(new Error('the connection was closed'))
  }

  /** Not before it is known who is there: a password goes with it. */
  #greet(): void {
    const { username = '', password = '', pathname = '' } = this.#address ?? {}
    const greetings = [...authentication(username, password), ...database(pathname), ['PING'] as const]
    const answers = greetings.map(([command, ...words]) => this.send(command, words))
    Promise.all(answers).then(
      () => this.#greeted.resolve(),
      (failure: unknown) => {
        const isNo = failure instanceof RedisError
        this.#end(isNo ? new NotLetIn(failure.message) : new Error('the connection was closed'))
      },
    )
  }

  #write(piece: string | Buffer): void {
    if (this.#unsent.length > 0) {
      this.#unsent.push(Buffer.from(piece))
      return
    }
    const socket = this.#socket
    if (socket === undefined) return
    const written = Math.max(0, socket.write(piece))
    // No text has fewer bytes than characters, and most have no more.
    if (written >= piece.length && written >= Buffer.byteLength(piece)) return
    this.#unsent.push(Buffer.from(piece).subarray(written))
  }

  #took(reply: Reply): void {
    if (this.#heard !== undefined && Array.isArray(reply) && reply[0] === 'message') {
      if (typeof reply[2] === 'string') this.#heard(reply[2])
      return
    }
    const asked = this.#waiting[this.#first]
    if (asked === undefined) throw new Error('it answers what nobody asked')
    this.#waiting[this.#first++] = undefined
    if (this.#first === this.#waiting.length) {
      this.#waiting = []
      this.#first = 0
    } else if (this.#first === forgottenAtOnce) {
      this.#waiting.splice(0, forgottenAtOnce)
      this.#first = 0
    }
    if (reply instanceof RedisError) asked.reject(reply)
    else asked.resolve(reply)
  }

  #end(reason: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#socket?.end()
    this.#greeted.reject(reason)
    // Whoever waits for it has heard; a connection that was lost later is nobody's failure.
    this.#greeted.promise.catch(() => {})
    this.#parts.onClosed()
    for (const asked of this.#waiting) asked?.reject(reason)
    this.#waiting = []
    this.#first = 0
  }
}

function wire(command: string, words: readonly string[]): string {
  let text = `*${words.length + 1}\r\n$${command.length}\r\n${command}\r\n`
  for (const word of words) text += `$${Buffer.byteLength(word)}\r\n${word}\r\n`
  return text
}

type Words = readonly [command: string, ...string[]]

function authentication(username: string, password: string): readonly Words[] {
  const [name, secret] = [decoded(username), decoded(password)]
  if (secret === '') return []
  return [name === '' ? ['AUTH', secret] : ['AUTH', name, secret]]
}

/** A `%` that begins no byte is one. */
function decoded(text: string): string {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString()
}

function database(pathname: string): readonly Words[] {
  const number = pathname.replace(/^\//, '')
  return number === '' ? [] : [['SELECT', number]]
}
