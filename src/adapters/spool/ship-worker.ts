// The thread that ships: reading, parsing and the commit happen here, so that no call waits for them. It does one
// thing at a time, when it is told to.
import type { SpendTables } from '../../ledger/ports.ts'
import { openAttemptStore } from '../sqlite/sqlite-attempts.ts'
import { openSpendTables } from '../sqlite/sqlite-spend.ts'
import type { ShipAnswer, ShipQuestion, SpendRead, SpendReading } from './ship-messages.ts'
import { Shipper } from './shipper.ts'

declare const self: {
  addEventListener(type: 'message', listener: (message: { readonly data: ShipQuestion }) => void): void
  postMessage(answer: ShipAnswer | SpendRead, transferred: readonly never[]): void
}

let shipper: Shipper | undefined
/** Opened when somebody first asks. */
let spend: { readonly tables: SpendTables } | { readonly path: string } = { path: '' }

self.addEventListener('message', ({ data: question }) => {
  if (question.kind === 'begin') {
    const { root, ownName, databasePath } = question
    spend = { path: databasePath }
    shipper = new Shipper({ root, ownName, openStore: () => openAttemptStore(databasePath), nowMs: Date.now })
    return
  }
  if ('number' in question) return self.postMessage(read(question), [])
  try {
    self.postMessage(answerTo(question), [])
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure)
    self.postMessage({ kind: 'failed', message }, [])
  }
})

function read(reading: SpendReading): SpendRead {
  const { number } = reading
  try {
    if ('path' in spend) spend = { tables: openSpendTables(spend.path) }
    const { tables } = spend
    if (reading.kind === 'sums') return { number, kind: 'sums', rows: tables.sums(reading.question) }
    return { number, kind: 'attempts', page: tables.attempts(reading.question) }
  } catch (failure) {
    return { number, kind: 'unread', message: failure instanceof Error ? failure.message : String(failure) }
  }
}

function answerTo({ kind, written }: Extract<ShipQuestion, { readonly kind: 'pass' | 'stop' }>): ShipAnswer {
  if (shipper === undefined) throw new Error('The shipper was asked before it was told where the spool is.')
  if (kind === 'pass') return { kind: 'passed', report: shipper.pass(written) }
  shipper.stop(written)
  return { kind: 'stopped' }
}
