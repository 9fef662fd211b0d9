// A simulated provider on a real socket, for tests in the same process and for main.ts. It owns its server,
// its bill and every connection; `stop` (or `await using`) gives all of them back.
import type { Behaviour } from './behaviour.ts'
import { Bill } from './bill.ts'
import type { BillEntry } from './bill.ts'
import { openBillFile } from './bill-file.ts'
import { Connection } from './connection.ts'
import type { AfterAnswer } from './connection.ts'
import { controlReply, isControl } from './control.ts'
import { modelsByDefault } from './model-list.ts'
import { behaviourIn, isWhollySick } from './moods.ts'
import type { Mood, MoodPlace } from './moods.ts'
import { play } from './play.ts'
import { Provider } from './provider.ts'
import { headerOf } from './read-requests.ts'
import type { ReceivedRequest } from './read-requests.ts'
import { Script } from './script.ts'

/** The key that a simulator expects unless told otherwise. */
export const simulatorKey = 'sk-simulator-0123456789abcdef'

export interface SimulatorOptions {
  /** 0 takes a free one. */
  readonly port?: number
  readonly keys?: readonly string[] | 'any'
  readonly models?: readonly string[]
  /** How every call is answered that has no behaviour of its own. */
  readonly default?: Behaviour
  /** The bill is appended here as it grows. */
  readonly billFile?: string
  /** How many of the latest requests are remembered, with their bodies. */
  readonly requestsMax?: number
}

export interface Simulator extends AsyncDisposable {
  readonly port: number
  /** `http://127.0.0.1:PORT`. The API is under `/v1`. */
  readonly baseUrl: string
  readonly bill: readonly BillEntry[]
  /** The latest requests in order of arrival, control calls left out. */
  readonly requests: readonly ReceivedRequest[]
  /** Connections that are open now. */
  readonly connections: number
  /** Connections ever accepted. */
  readonly connectionsAccepted: number
  /** Behaviours for the next calls, one each. */
  next(...behaviours: readonly Behaviour[]): void
  setDefault(behaviour: Behaviour): void
  /** From now on, until the next mood: every call without a behaviour of its own. */
  mood(mood: Mood, place?: MoodPlace): void
  /** Forgets queue and default; bill and requests stay. */
  clearScript(): void
  /** The attempt whose client closed first; without an id, the first such attempt. */
  waitForAbort(attemptId?: string): Promise<BillEntry>
  /** The attempt once it is over, however it ended. */
  waitForEnd(attemptId: string): Promise<BillEntry>
  /** Resolves when so many requests have come in, counted from the start. */
  waitForRequests(count: number): Promise<void>
  stop(): Promise<void>
}

const requestsKept = 10_000

export function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return Promise.resolve(new RunningSimulator(options))
}

class RunningSimulator implements Simulator {
  readonly #script = new Script()
  readonly #bill: Bill
  readonly #billFile: ReturnType<typeof openBillFile> | undefined
  readonly #provider: Provider
  readonly #requestsMax: number
  readonly #well: Behaviour
  readonly #port: number
  #server: Bun.TCPSocketListener<Connection> | undefined
  readonly #connections = new Set<Connection>()
  #requests: ReceivedRequest[] = []
  #requestsSeen = 0
  #waitingForRequests: { count: number; resolve: () => void }[] = []
  /** Connections that the end of the listener took along: their calls were not left by their clients. */
  readonly #thrownOut = new WeakSet<Connection>()
  #isStopped = false
  connectionsAccepted = 0

  constructor(options: SimulatorOptions) {
    this.#billFile = options.billFile === undefined ? undefined : openBillFile(options.billFile)
    this.#bill = new Bill((step, entry) => this.#billFile?.write(step, entry))
    this.#requestsMax = options.requestsMax ?? requestsKept
    this.#well = options.default ?? {}
    this.#script.setDefault(this.#well)
    this.#server = this.#listen(options.port ?? 0)
    this.#port = this.#server.port
    this.#provider = new Provider({
      script: this.#script,
      bill: this.#bill,
      keys: options.keys ?? [simulatorKey],
      models: options.models ?? modelsByDefault,
      elsewhere: () => `http://localhost:${this.port}/__elsewhere`,
    })
  }

  get port(): number {
    return this.#port
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get bill(): readonly BillEntry[] {
    return this.#bill.entries
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#requests
  }

  get connections(): number {
    return this.#connections.size
  }

  next(...behaviours: readonly Behaviour[]): void {
    this.#script.push(behaviours)
  }

  setDefault(behaviour: Behaviour): void {
    this.#script.setDefault(behaviour)
  }

  mood(mood: Mood, place?: MoodPlace): void {
    this.#script.setDefault(behaviourIn(mood, this.#well, place))
    this.#script.isWhollySick = isWhollySick(mood)
    if (mood === 'refuses') this.#refuse()
    else if (!this.#isStopped) this.#server ??= this.#listen(this.#port)
  }

  clearScript(): void {
    this.#script.clear()
  }

  waitForAbort(attemptId?: string): Promise<BillEntry> {
    return this.#bill.waitFor(
      (entry) =>
        entry.finish === 'aborted-by-client' && (attemptId === undefined || entry.attemptId === attemptId),
    )
  }

  waitForEnd(attemptId: string): Promise<BillEntry> {
    return this.#bill.waitFor((entry) => entry.attemptId === attemptId)
  }

  waitForRequests(count: number): Promise<void> {
    if (this.#requestsSeen >= count) return Promise.resolve()
    return new Promise((resolve) => this.#waitingForRequests.push({ count, resolve }))
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#refuse()
    // The calls in flight write their last line once their waits have ended.
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.#billFile?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Nobody gets in, and whoever is inside is thrown out. */
  #refuse(): void {
    for (const connection of this.#connections) this.#thrownOut.add(connection)
    this.#server?.stop(true)
    this.#server = undefined
    for (const connection of this.#connections) connection.closed()
  }

  #listen(port: number): Bun.TCPSocketListener<Connection> {
    return Bun.listen<Connection>({
      hostname: '127.0.0.1',
      port,
      socket: {
        open: (socket) => {
          this.connectionsAccepted += 1
          const serve = (request: ReceivedRequest, on: Connection): Promise<AfterAnswer> =>
            this.#serve(request, on)
          socket.data = new Connection(socket, this.connectionsAccepted, serve)
          this.#connections.add(socket.data)
        },
        data: (socket, bytes) => socket.data.received(bytes),
        drain: (socket) => socket.data.drained(),
        end: (socket) => socket.data.closed(),
        close: (socket) => {
          socket.data.closed()
          this.#connections.delete(socket.data)
        },
        // A reset arrives here and in `close`, which does what is to be done.
        error: () => {},
      },
    })
  }

  async #serve(request: ReceivedRequest, connection: Connection): Promise<AfterAnswer> {
    const { outbox } = connection
    if (isControl(request)) {
      const controlled = { script: this.#script, bill: this.#bill, requests: () => this.#requests }
      await play(controlReply(request, controlled), {}, { outbox, line: undefined })
      return 'keep'
    }
    this.#remember(request)
    const { reply, behaviour, line } = this.#provider.serve(request)
    const finish = await play(reply, behaviour, { outbox, line })
    line?.end(this.#thrownOut.has(connection) ? 'shutdown' : finish, connection.clientClosedAtMs)
    const { wire } = behaviour
    if (wire?.connection === 'drop-next') return 'drop-next'
    const isClosing =
      reply.framing === 'close' || wire?.version === '1.0' || wire?.connection?.startsWith('close')
    return isClosing === true || asksToClose(request) ? 'close' : 'keep'
  }

  #remember(request: ReceivedRequest): void {
    this.#requestsSeen += 1
    this.#requests.push(request)
    if (this.#requests.length > this.#requestsMax * 2)
      this.#requests = this.#requests.slice(-this.#requestsMax)
    if (this.#waitingForRequests.length === 0) return
    for (const waiting of this.#waitingForRequests) if (this.#requestsSeen >= waiting.count) waiting.resolve()
    this.#waitingForRequests = this.#waitingForRequests.filter(
      (waiting) => this.#requestsSeen < waiting.count,
    )
  }
}

function asksToClose(request: ReceivedRequest): boolean {
  return headerOf(request, 'connection')?.toLowerCase() === 'close'
}
