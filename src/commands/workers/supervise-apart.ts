// Several processes behind one port: this one starts them, follows whoever dies with another, passes signals on, and ends
// when all of them have. It takes no call itself, so that nothing that a call does can take it along.
import type { Clock } from '../../core/clock.ts'
import { placeVariable } from '../../compose/fellow-workers.ts'
import type { FellowAnswer, Question, ToWorker, WorkerPlace } from '../../compose/fellow-workers.ts'
import { MemoryHoldStore } from '../../limits/fleet/memory-hold-store.ts'
import { startHttpServer } from '../../platform/http-server.ts'
import { canSharePort, startWorker, thisProgram } from '../../platform/worker-child.ts'
import type { WorkerChild } from '../../platform/worker-child.ts'
import type { Log } from '../../telemetry/log.ts'
import { mergeMetrics } from '../../telemetry/merge-metrics.ts'
import { Registry } from '../../telemetry/metrics.ts'
import type { ProcessPort, StopSignal } from '../process-port.ts'
import { WorkerQuestions } from './worker-questions.ts'
import { WorkerSlot } from './worker-slot.ts'

export interface Supervising {
  readonly port: ProcessPort
  readonly clock: Clock
  readonly log: Log
  readonly count: number
  /** Where all of them listen; `adminPort` where operators have a listener of their own. */
  readonly place: { readonly host: string; readonly port: number }
  readonly adminPlace: { readonly host: string; readonly port: number } | undefined
  readonly isHttps: boolean
  readonly logFormat: 'text' | 'json'
  /** After the end of its drain a worker is gone by itself so soon. */
  readonly watchdogMs: number
  /** Calls are taken there. */
  onServing(url: string): void
  /** Somebody wants it to end. */
  onLeave(): void
}

/** Beyond what workers need to end by themselves. */
const slackMs = 3_000
const bytesAny = 1024

/** Runs until a signal; resolves with the exit code. Throws CannotListen. */
export async function supervise(supervising: Supervising): Promise<number> {
  if (!canSharePort()) {
    throw new Error('Several workers need Linux, where one port can be shared. Leave server.workers at 1.')
  }
  const { port, log, count, onServing, onLeave } = supervising
  const stopped = stopRequested(supervising)
  const slots = openSlots(supervising)
  port.onHangUp(() => {
    for (const slot of slots.all) slot.hangUp()
  })
  const [first, ...others] = slots.all
  const isServing = await Promise.race([first?.begin({ hasToServe: true }), stopped.then(() => true)])
  if (isServing !== true) return 1
  if (!stopped.isOver) {
    onServing(slots.url)
    log.info('workers', { count, url: slots.url })
    for (const slot of others) void slot.begin({ hasToServe: false })
  }
  const signal = await stopped
  onLeave()
  return await leaveAll(slots.all, signal, supervising)
}

type Stopped = Promise<StopSignal> & { isOver: boolean }

function stopRequested({ port }: Supervising): Stopped {
  const stopped: Stopped = Object.assign(port.stopRequested(), { isOver: false })
  void stopped.then(() => {
    stopped.isOver = true
  })
  return stopped
}

async function leaveAll(
  slots: readonly WorkerSlot[],
  signal: StopSignal,
  { port, clock, log, watchdogMs }: Supervising,
): Promise<number> {
  const byMs = Math.max(...slots.map(({ drainMs }) => drainMs)) + watchdogMs + slackMs
  clock.after(byMs, () => {
    for (const slot of slots) slot.kill()
  })
  port.exitBy(byMs + slackMs, 1)
  log.info('workers_draining', { workers: slots.filter(({ isAlive }) => isAlive).length, reason: signal })
  const codes = await Promise.all(slots.map((slot) => slot.leave(signal)))
  log.info('workers_stopped')
  log.flush()
  return Math.max(...codes)
}

interface Slots {
  readonly all: readonly WorkerSlot[]
  readonly url: string
}

function openSlots(supervising: Supervising): Slots {
  const { port, clock, log, count, logFormat } = supervising
  const found = findPorts(supervising)
  const [program, ...words] = thisProgram()
  let isFirst = true
  const start = (number: number, onMessage: (message: unknown) => void): WorkerChild => {
    const place: WorkerPlace = { number, count, port: found.port, adminPort: found.adminPort, isFirst }
    isFirst = false
    return startWorker(
      [program, ...words, ...port.arguments, '--log-format', logFormat],
      { ...port.environment, [placeVariable]: JSON.stringify(place) },
      onMessage,
    )
  }
  const all: WorkerSlot[] = []
  const metrics = ownMetrics(all, supervising)
  const holds = new MemoryHoldStore(() => clock.wallMs())
  const questions = new WorkerQuestions(all, clock, (question) => metrics.answer(question))
  const tellOthers = (from: WorkerSlot, word: ToWorker): void => {
    for (const slot of all) if (slot !== from && slot.isServing) slot.send(word)
  }
  for (let number = 1; number <= count; number += 1) {
    const slot: WorkerSlot = new WorkerSlot({
      number,
      clock,
      log,
      start: (onMessage) => start(number, onMessage),
      onRestart: () => metrics.restarted(number),
      onMessage: (message) => {
        if (message.kind === 'word') return tellOthers(slot, message)
        if (message.kind !== 'exchange') return questions.heard(slot, message)
        slot.send({ kind: 'exchanged', id: message.id, answer: holds.answer(message.exchange) })
      },
    })
    all.push(slot)
  }
  return { all, url: found.url }
}

/**
 * Takes the ports for a moment, alone: so somebody who listens there already is noticed, who would share it otherwise, and
 * any free one is the same for all.
 */
function findPorts({ place, adminPlace, isHttps }: Supervising): {
  readonly port: number
  readonly adminPort: number
  readonly url: string
} {
  const settings = { bodyBytesMax: bytesAny, tls: undefined }
  const nobody = (): Response => new Response(null, { status: 503 })
  const server = startHttpServer({ ...settings, ...place }, nobody)
  try {
    const admin = adminPlace && startHttpServer({ ...settings, ...adminPlace }, nobody)
    admin?.close()
    const url = isHttps ? server.url.replace(/^http:/, 'https:') : server.url
    return { port: server.port, adminPort: admin?.port ?? 0, url }
  } finally {
    server.close()
  }
}

/** What the supervisor adds to the workers' metrics. */
interface OwnMetrics {
  restarted(worker: number): void
  answer(question: Question): FellowAnswer | undefined
}

function ownMetrics(slots: readonly WorkerSlot[], { port, count }: Supervising): OwnMetrics {
  const fleet = new Registry()
  fleet.gauges('sallyport_worker_up', 'Whether a worker takes calls.', {
    labels: ['worker'],
    read: () =>
      slots.map(({ number, isServing }) => ({ values: [String(number)], amount: isServing ? 1 : 0 })),
  })
  const restarts = fleet.counter(
    'sallyport_worker_restarts_total',
    'How often a worker was followed by another.',
    ['worker'],
  )
  for (let number = 1; number <= count; number += 1) restarts.add(0, String(number))
  const own = new Registry()
  own.gauge('sallyport_log_lines_dropped', 'Log lines lost because nobody read them.', () =>
    port.droppedLines(),
  )
  own.gauge('process_resident_memory_bytes', 'Memory that the process holds.', () => port.residentBytes())
  return {
    restarted: (worker) => restarts.add(1, String(worker)),
    answer: ({ about }) => {
      if (about !== 'metrics') return undefined
      const value = mergeMetrics([
        { worker: 'supervisor', text: own.print() },
        { worker: undefined, text: fleet.print() },
      ])
      return { worker: undefined, value }
    },
  }
}
