// What is compared: something that answers chat calls, started the same way whichever it is. Its file says how it is
// run and nothing about how it is measured.

import type { ClientDialect } from '../load/client-dialect.ts'

/** Where and for what a subject is started. */
export type SubjectPlace = {
  /** A fresh folder for its files. */
  readonly folder: string
  /** A free port it shall listen on. */
  readonly port: number
  readonly providerPort: number
  /** The key the mock provider wants. */
  readonly providerKey: string
  /**
   * `limited` and `unlimited`: calls of a priced model, with limits and budgets of every kind over them and without;
   * `counted`: with those of a usual key.
   */
  readonly purpose: 'calls' | 'streams' | 'limited' | 'unlimited' | 'counted'
  /** Where limits and budgets are had in common with others. */
  readonly redisUrl?: string
  /** Processes that serve; one when left out. Only where the subject can be told. */
  readonly workers?: number
  /** As `taskset` takes them; the gateway's own core when left out. */
  readonly cores?: string
}

/** A subject that has been started; it may need a moment until it answers. */
export type StartedSubject = {
  readonly port: number
  readonly path: string
  /** What its callers speak; chat when left out. */
  readonly dialect?: ClientDialect
  /** The model's name as this subject's callers say it. */
  readonly model: string
  readonly headers: Readonly<Record<string, string>>
  /** The processes whose cost is the subject's; empty for none. Asked once it answers. */
  processes(): readonly number[]
  /** Why it cannot answer any more, if so. */
  failure(): string | undefined
  stop(): Promise<void>
}

/** The names used on the command line and in the results. */
export const subjectNames = ['direct', 'nginx', 'portkey', 'sallyport'] as const

/** One subject's name. */
export type SubjectName = (typeof subjectNames)[number]

/** Something to measure. */
export type Subject = {
  readonly name: SubjectName
  start(place: SubjectPlace): StartedSubject
}

/** The path of the one operation the benchmark calls. */
export const chatPath = '/v1/chat/completions'
