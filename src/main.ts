// The process: its arguments, signals, output and end. The only file that touches `process`; everything it knows of
// the process it passes on as values.
import { readFileSync } from 'node:fs'
import { runCommandLine } from './commands/command-line.ts'
import type { PassedSignal, ProcessPort, StopSignal } from './commands/process-port.ts'
import { Output } from './platform/output.ts'
import { systemClock } from './platform/system-clock.ts'

// First of all, before anything can wait: a signal that comes during start-up must not be lost.
let stopped: StopSignal | undefined
let stoppedAtMs = 0
let onStop: (signal: StopSignal) => void = () => {}
let onHangUp: () => void = () => {}
let onSignal: ((signal: PassedSignal) => void) | undefined
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (onSignal !== undefined) return onSignal(signal)
    // Whoever asks twice means it; but a terminal and npm both pass one Ctrl-C on, a moment apart.
    if (stopped !== undefined && systemClock.nowMs() - stoppedAtMs > 500) process.exit(1)
    if (stopped !== undefined) return
    stopped = signal
    stoppedAtMs = systemClock.nowMs()
    onStop(signal)
  })
}
process.on('SIGHUP', () => (onSignal === undefined ? onHangUp() : onSignal('SIGHUP')))

/** So long a reader of standard output may keep the process from ending. */
const goodbyeMs = 1_000
const send = process.send?.bind(process)
// A worker has its standard output in common with the others.
const output = new Output(1, { isShared: send !== undefined })
const port: ProcessPort = {
  arguments: process.argv.slice(2),
  environment: process.env,
  workingDirectory: process.cwd(),
  isTerminal: process.stdout.isTTY === true,
  hasTerminal: [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY === true),
  print: (text) => output.write(text),
  printed: () => output.close(),
  printError: (text) => void process.stderr.write(text),
  droppedLines: () => output.dropped,
  residentBytes: () => process.memoryUsage.rss(),
  readStandardInput: () => readFileSync(0, 'utf8'),
  stopRequested: () =>
    stopped === undefined
      ? new Promise((resolve) => {
          onStop = resolve
        })
      : Promise.resolve(stopped),
  onHangUp: (listen) => {
    onHangUp = listen
  },
  takeSignals: (listen) => {
    onSignal = listen
    process.on('SIGQUIT', () => listen('SIGQUIT'))
    if (stopped !== undefined) listen(stopped)
  },
  onUncaught: (listen) => {
    process.on('uncaughtException', listen)
    process.on('unhandledRejection', listen)
  },
  exitBy: (deadlineMs, code) => {
    setTimeout(() => process.exit(code), deadlineMs).unref()
  },
  supervisor: send && {
    send: (message) => void (process.connected && send(message)),
    onMessage: (listen) => void process.on('message', listen),
    onGone: (listen) => void (process.connected ? process.on('disconnect', listen) : listen()),
  },
}

// Timers do not keep the process alive; the work to be done does.
setInterval(() => {}, 0x7fff_ffff)
void runCommandLine(port).then((code) => {
  // A write that has been handed to the system is lost when the process ends before it; a key is printed only once.
  setTimeout(() => process.exit(code), goodbyeMs)
  void output.close().then(() => process.exit(code))
})
