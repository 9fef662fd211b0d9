// The place of one worker: somebody is always in it. Whoever dies, or does not answer any more, is followed by another; one
// that dies again and again is waited for longer each time.
import type { Clock, Timer } from '../../core/clock.ts'
import type { ToSupervisor, ToWorker } from '../../compose/fellow-workers.ts'
import type { WorkerChild, WorkerEnd } from '../../platform/worker-child.ts'
import type { Log } from '../../telemetry/log.ts'
import type { StopSignal } from '../process-port.ts'

export interface SlotParts {
  readonly number: number
  readonly clock: Clock
  readonly log: Log
  onRestart(): void
  start(onMessage: (message: unknown) => void): WorkerChild
  /** What it says that is not about its own life. */
  onMessage(message: ToSupervisor & { readonly kind: 'ask' | 'answer' | 'exchange' | 'word' }): void
}

const pingEveryMs = 5_000
/** So many questions whether it lives may stand without an answer: half a minute. */
const silentPingsMax = 6
const restartMs = 100
const restartMaxMs = 30_000
/** Whoever lived so long did not die of how it was started. */
const steadyMs = 60_000

export class WorkerSlot {
  readonly number: number
  readonly #parts: SlotParts
  #child: WorkerChild | undefined
  #timer: Timer | undefined
  #startedAtMs = 0
  #quickDeaths = 0
  #pingsUnanswered = 0
  #isLeaving = false
  #hasToServe = false
  #onServing: (isServing: boolean) => void = () => {}
  #onEmpty: (code: number) => void = () => {}
  /** It takes calls. */
  isServing = false
  /** How long it may need to leave. */
  drainMs = 0

  constructor(parts: SlotParts) {
    this.number = parts.number
    this.#parts = parts
  }

  get isAlive(): boolean {
    return this.#child !== undefined
  }

  /**
   * Starts the first one; resolves with whether it came to take calls. Where it has to, one that does not is not followed by
   * another: it has said why, and the next could not either.
   */
  begin({ hasToServe }: { readonly hasToServe: boolean }): Promise<boolean> {
    return new Promise((resolve) => {
      this.#onServing = resolve
      this.#hasToServe = hasToServe
      this.#start()
    })
  }

  send(message: ToWorker): void {
    this.#child?.send(message)
  }

  hangUp(): void {
    this.#child?.signal('SIGHUP')
  }

  /** Nobody follows from now on. Resolves with the code of the one that is there, when it has gone. */
  leave(signal: StopSignal): Promise<number> {
    this.#isLeaving = true
    this.#timer?.cancel()
    this.#onServing(false)
    const child = this.#child
    if (child === undefined) return Promise.resolve(0)
    return new Promise((resolve) => {
      this.#onEmpty = resolve
      child.signal(signal)
    })
  }

  /** At once, without a word. */
  kill(): void {
    this.#child?.signal('SIGKILL')
  }

  #start(): void {
    const child = this.#parts.start((message) => {
      if (this.#child === child) this.#heard(message as ToSupervisor)
    })
    this.#child = child
    this.#startedAtMs = this.#parts.clock.nowMs()
    this.#pingsUnanswered = 0
    void child.ended.then((end) => this.#ended(end))
  }

  #heard(message: ToSupervisor): void {
    switch (message.kind) {
      case 'serving':
        this.drainMs = message.drainMs
        if (this.isServing) return
        this.isServing = true
        this.#hasToServe = false
        this.#pingSoon()
        return this.#onServing(true)
      case 'pong':
        this.#pingsUnanswered = 0
        return
      default:
        this.#parts.onMessage(message)
    }
  }

  #pingSoon(): void {
    this.#timer?.cancel()
    this.#timer = this.#parts.clock.after(pingEveryMs, () => {
      if (this.#isLeaving || this.#child === undefined) return
      if (this.#pingsUnanswered >= silentPingsMax) {
        this.#parts.log.error('worker_silent', { worker: this.number, pid: this.#child.pid })
        return this.kill()
      }
      this.#pingsUnanswered += 1
      this.send({ kind: 'ping' })
      this.#pingSoon()
    })
  }

  #ended({ code, signal }: WorkerEnd): void {
    const { log, clock } = this.#parts
    const wasServing = this.isServing
    this.#child = undefined
    this.isServing = false
    this.#timer?.cancel()
    // Before it could listen for signals it had nothing to finish.
    if (this.#isLeaving) return this.#onEmpty(code ?? (wasServing ? 1 : 0))
    if (!wasServing && this.#hasToServe) return this.#onServing(false)
    this.#quickDeaths = clock.nowMs() - this.#startedAtMs < steadyMs ? this.#quickDeaths + 1 : 1
    const delayMs = Math.min(restartMaxMs, restartMs * 2 ** (Math.min(this.#quickDeaths, 20) - 1))
    const facts = { worker: this.number, code: code ?? undefined, signal: signal ?? undefined }
    const line = { ...facts, restart_in_ms: delayMs }
    if (code === 0) log.info('worker_ended', line)
    else log.error('worker_ended', line)
    this.#parts.onRestart()
    this.#timer = clock.after(delayMs, () => this.#start())
  }
}
