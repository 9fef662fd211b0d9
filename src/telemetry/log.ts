// The log: one line for each thing that happened, gathered and written in batches. It may drop lines when nobody
// reads them, and says how many; it never blocks, and never holds a prompt, an answer or a secret.
import type { Clock } from '../core/clock.ts'

/** Where lines go, a batch at a time. */
export interface LogSink {
  write(text: string): void
}

export type LogLevel = 'info' | 'warn' | 'error'
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>

const batchCharsMax = 32 * 1024
const batchWaitMs = 100

export class Log {
  readonly #sink: LogSink
  readonly #clock: Clock
  readonly #isText: boolean
  #batch = ''
  #waiting = false

  constructor(sink: LogSink, clock: Clock, format: 'json' | 'text') {
    this.#sink = sink
    this.#clock = clock
    this.#isText = format === 'text'
  }

  info(event: string, facts: LogFacts = {}): void {
    this.#add('info', event, facts)
  }

  warn(event: string, facts: LogFacts = {}): void {
    this.#add('warn', event, facts)
  }

  error(event: string, facts: LogFacts = {}): void {
    this.#add('error', event, facts)
  }

  /** Hands on what is gathered. */
  flush(): void {
    if (this.#batch === '') return
    this.#sink.write(this.#batch)
    this.#batch = ''
  }

  #add(level: LogLevel, event: string, facts: LogFacts): void {
    const time = isoTime(this.#clock.wallMs())
    this.#batch += this.#isText ? textLine(time, level, event, facts) : jsonLine(time, level, event, facts)
    if (this.#batch.length >= batchCharsMax) return this.flush()
    if (this.#waiting) return
    this.#waiting = true
    this.#clock.after(batchWaitMs, () => {
      this.#waiting = false
      this.flush()
    })
  }
}

let stampedMs = -1
let stamp = ''

/** Printing a date costs more than the rest of a line, and many lines share their millisecond. */
function isoTime(wallMs: number): string {
  const ms = Math.floor(wallMs)
  if (ms !== stampedMs) {
    stampedMs = ms
    stamp = new Date(ms).toISOString()
  }
  return stamp
}

function jsonLine(time: string, level: LogLevel, event: string, facts: LogFacts): string {
  let line = `{"time":"${time}","level":"${level}","event":"${event}"`
  for (const name in facts) {
    const value = facts[name]
    if (value === undefined) continue
    line += typeof value === 'string' ? `,"${name}":${jsonText(value)}` : `,"${name}":${value}`
  }
  return `${line}}\n`
}

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

function jsonText(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text)
}

function textLine(time: string, level: LogLevel, event: string, facts: LogFacts): string {
  let line = `${time.slice(11, 23)} ${level === 'info' ? '' : `${level} `}${event}`
  for (const name in facts) {
    const value = facts[name]
    if (value === undefined || value === '') continue
    line += ` ${name}=${typeof value === 'string' && !/^[\w./:@-]+$/.test(value) ? JSON.stringify(value) : value}`
  }
  return `${line}\n`
}
