// What a shipping thread does, whatever the table lies in: one pass at a time, when it is told to, and beside the passes
// what readers ask.
import { failureText } from '../../core/failure-text.ts'
import type { AttemptStore, SpendTables } from '../../ledger/ports.ts'
import type { ShipAnswer, ShipQuestion, SpendRead, SpendReading } from './ship-messages.ts'
import { Shipper } from './shipper.ts'

declare const self: {
  addEventListener(type: 'message', listener: (message: { readonly data: ShipQuestion }) => void): void
  postMessage(answer: ShipAnswer | SpendRead, transferred: readonly never[]): void
}

/** How the tables are opened at a place. */
export interface ShippingTables {
  openStore(place: string): AttemptStore
  openSpend(place: string): SpendTables
}

type PassQuestion = Extract<ShipQuestion, { readonly kind: 'pass' | 'stop' }>

/** Answers what the gateway's thread asks. */
export function answerShipQuestions({ openStore, openSpend }: ShippingTables): void {
  let shipper: Shipper | undefined
  let readFrom: string | undefined
  /** Opened when somebody first asks. */
  let spend: SpendTables | undefined
  const read = async (reading: SpendReading): Promise<SpendRead> => {
    const { number } = reading
    if (readFrom === undefined) throw new Error('The reader was asked before it was told where the table is.')
    spend ??= openSpend(readFrom)
    if (reading.kind === 'sums') return { number, kind: 'sums', rows: await spend.sums(reading.question) }
    return { number, kind: 'attempts', page: await spend.attempts(reading.question) }
  }
  const answerTo = async ({ kind, written }: PassQuestion): Promise<ShipAnswer> => {
    if (shipper === undefined) throw new Error('The shipper was asked before it was told where the spool is.')
    if (kind === 'pass') return { kind: 'passed', report: await shipper.pass(written) }
    await shipper.stop(written)
    return { kind: 'stopped' }
  }
  self.addEventListener('message', ({ data: question }) => {
    if (question.kind === 'begin') {
      const { root, ownName, place } = question
      readFrom = place
      shipper = new Shipper({ root, ownName, openStore: () => openStore(place), nowMs: Date.now })
    } else if ('number' in question) {
      const { number } = question
      tell(read(question), (message) => ({ number, kind: 'unread', message }))
    } else {
      tell(answerTo(question), (message) => ({ kind: 'failed', message }))
    }
  })
}

function tell<Answer extends ShipAnswer | SpendRead>(
  answering: Promise<Answer>,
  failed: (message: string) => Answer,
): void {
  answering.then(
    (answer) => self.postMessage(answer, []),
    (failure: unknown) => self.postMessage(failed(failureText(failure)), []),
  )
}
