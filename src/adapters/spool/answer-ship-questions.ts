// What a shipping thread does, whatever the table lies in: one thing at a time, when it is told to.
import type { AttemptStore } from '../../ledger/ports.ts'
import type { ShipAnswer, ShipQuestion } from './ship-messages.ts'
import { Shipper } from './shipper.ts'

declare const self: {
  addEventListener(type: 'message', listener: (message: { readonly data: ShipQuestion }) => void): void
  postMessage(answer: ShipAnswer, transferred: readonly never[]): void
}

type Begin = Extract<ShipQuestion, { readonly kind: 'begin' }>

/** Answers what the gateway's thread asks. `openStore` opens the table that it names. */
export function answerShipQuestions(openStore: (begin: Begin) => AttemptStore): void {
  let shipper: Shipper | undefined
  const answerTo = async ({ kind, written }: Exclude<ShipQuestion, Begin>): Promise<ShipAnswer> => {
    if (shipper === undefined) throw new Error('The shipper was asked before it was told where the spool is.')
    if (kind === 'pass') return { kind: 'passed', report: await shipper.pass(written) }
    await shipper.stop(written)
    return { kind: 'stopped' }
  }
  self.addEventListener('message', ({ data: question }) => {
    if (question.kind === 'begin') {
      const { root, ownName } = question
      shipper = new Shipper({ root, ownName, openStore: () => openStore(question), nowMs: Date.now })
      return
    }
    answerTo(question).then(
      (answer) => self.postMessage(answer, []),
      (failure: unknown) => {
        const message = failure instanceof Error ? failure.message : String(failure)
        self.postMessage({ kind: 'failed', message }, [])
      },
    )
  })
}
