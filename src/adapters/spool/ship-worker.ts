// The thread that ships: reading, parsing and the commit happen here, so that no call waits for them. It does one
// thing at a time, when it is told to.
import { openAttemptStore } from '../sqlite/sqlite-attempts.ts'
import type { ShipAnswer, ShipQuestion } from './ship-messages.ts'
import { Shipper } from './shipper.ts'

declare const self: {
  addEventListener(type: 'message', listener: (message: { readonly data: ShipQuestion }) => void): void
  postMessage(answer: ShipAnswer, transferred: readonly never[]): void
}

let shipper: Shipper | undefined

self.addEventListener('message', ({ data: question }) => {
  if (question.kind === 'begin') {
    const { root, ownName, databasePath } = question
    shipper = new Shipper({ root, ownName, openStore: () => openAttemptStore(databasePath), nowMs: Date.now })
    return
  }
  try {
    self.postMessage(answerTo(question), [])
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure)
    self.postMessage({ kind: 'failed', message }, [])
  }
})

function answerTo({ kind, written }: Exclude<ShipQuestion, { readonly kind: 'begin' }>): ShipAnswer {
  if (shipper === undefined) throw new Error('The shipper was asked before it was told where the spool is.')
  if (kind === 'pass') return { kind: 'passed', report: shipper.pass(written) }
  shipper.stop(written)
  return { kind: 'stopped' }
}
