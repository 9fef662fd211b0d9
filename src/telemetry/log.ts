// The log: one line for each thing that happened, gathered and written in batches. It may drop lines when nobody
// reads them, and says how many; it never blocks, and never holds a prompt, an answer or a secret.
import type { Clock } from '../core/clock.ts'

/** Where lines go, a batch at a time. */
export interface LogSink {
  /** `lines` holds whole lines, UTF-8; the bytes are used again afterwards. */
  write(lines: Uint8Array): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const rank = { debug: 0, info: 1, warn: 2, error: 3 } as const satisfies Record<LogLevel, number>
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>

const batchBytes = 64 * 1024
const batchWaitMs = 100

export class Log {
  readonly #sink: LogSink
  readonly #clock: Clock
  readonly #isText: boolean
  /** Lines go into one piece of memory at once: gathered as texts they would keep the collector busy. */
  readonly #batch = Buffer.allocUnsafe(batchBytes)
  #used = 0
  #waiting = false
  /** What stands in every line behind its event; mostly nothing. */
  #every: LogFacts | undefined
  #everyJson = ''
  /** Less important lines are not written. May change while the process runs. */
  level: LogLevel = 'info'

  constructor(sink: LogSink, clock: Clock, format: 'json' | 'text') {
    this.#sink = sink
    this.#clock = clock
    this.#isText = format === 'text'
  }

  /** From now on every line has these facts. */
  always(facts: LogFacts): void {
    this.#every = facts
    this.#everyJson = jsonMembers(facts)
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

  /**
   * A line whose facts are JSON members already, each with a comma before it: for what happens thousands of times a
   * second. As text it is printed like any other.
   */
  infoJson(event: string, members: string): void {
    if (rank[this.level] > rank.info) return
    if (this.#isText) this.#add('info', event, JSON.parse(`{${members.slice(1)}}`))
    else
      this.#take(
        `{"time":"${isoTime(this.#clock.wallMs())}","level":"info","event":"${event}"${this.#everyJson}${members}}\n`,
      )
  }

  /** Hands on what is gathered. */
  flush(): void {
    if (this.#used === 0) return
    this.#sink.write(this.#batch.subarray(0, this.#used))
    this.#used = 0
  }

  #add(level: LogLevel, event: string, facts: LogFacts): void {
    if (rank[level] < rank[this.level]) return
    const time = isoTime(this.#clock.wallMs())
    const line = {
      time,
      level,
      event,
      facts: this.#every === undefined ? facts : { ...this.#every, ...facts },
    }
    this.#take(this.#isText ? textLine(line) : jsonLine(line))
  }

  #take(line: string): void {
    // A character takes at most three bytes.
    if (this.#used + line.length * 3 > batchBytes) this.flush()
    this.#used += this.#batch.write(
      line.length * 3 > batchBytes ? `${line.slice(0, batchBytes / 4)}\n` : line,
      this.#used,
    )
    if (!this.#waiting) this.#flushSoon()
  }

  /** Apart from what runs for every line: a function that holds a closure pays for it even when it makes none. */
  #flushSoon(): void {
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

interface Line {
  /** ISO 8601. */
  readonly time: string
  readonly level: LogLevel
  readonly event: string
  readonly facts: LogFacts
}

function jsonLine({ time, level, event, facts }: Line): string {
  return `{"time":"${time}","level":"${level}","event":"${event}"${jsonMembers(facts)}}\n`
}

/** Each with a comma before it. */
function jsonMembers(facts: LogFacts): string {
  let members = ''
  for (const name in facts) {
    const value = facts[name]
    if (value === undefined) continue
    members += typeof value === 'string' ? `,"${name}":${jsonText(value)}` : `,"${name}":${value}`
  }
  return members
}

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** A string as JSON, quickly when nothing in it needs an escape. */
export function jsonText(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text)
}

function textLine({ time, level, event, facts }: Line): string {
  let line = `${time.slice(11, 23)} ${level === 'info' ? '' : `${level} `}${event}`
  for (const name in facts) {
    const value = facts[name]
    if (value === undefined || value === '') continue
    line += ` ${name}=${typeof value === 'string' && !/^[\w./:@-]+$/.test(value) ? JSON.stringify(value) : value}`
  }
  return `${line}\n`
}
