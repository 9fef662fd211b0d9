// The end of a gateway: who asks for it, and how it leaves without cutting a call.
import type { Gateway } from '../compose/gateway.ts'
import type { OpenStore } from '../compose/open-store.ts'
import { failureStack } from '../core/failure-text.ts'
import type { Log } from '../telemetry/log.ts'
import type { ProcessPort, StopSignal } from './process-port.ts'

/** How long a process that has failed in an unknown way may still try to say goodbye. */
const emergencyMs = 2_000
/** Beyond the drain's own time nothing is waited for. */
export const watchdogMs = 10_000

export type End = { readonly kind: 'signal'; readonly signal: StopSignal } | { readonly kind: 'bug' }

/** What nobody caught leaves the process in a state that nobody knows: it stops. */
export function untilStopped(port: ProcessPort, log: Log): Promise<End> {
  return new Promise((resolve) => {
    void port.stopRequested().then((signal) => resolve({ kind: 'signal', signal }))
    // Nobody would start it anew, or stop it.
    port.supervisor?.onGone(() => resolve({ kind: 'signal', signal: 'SIGINT' }))
    port.onUncaught((failure) => {
      log.error('uncaught', {
        error: failureStack(failure),
      })
      resolve({ kind: 'bug' })
    })
  })
}

interface Running {
  readonly port: ProcessPort
  readonly gateway: Gateway
  readonly store: OpenStore
  readonly log: Log
}

/** Lets in nobody any more, waits for those inside, and closes; resolves with the exit code. */
export async function leave(end: End, { port, gateway, store, log }: Running): Promise<number> {
  const { drain_delay: delay, drain_timeout: timeout } = gateway.config.server
  const isBug = end.kind === 'bug'
  const timeoutMs = isBug ? emergencyMs : timeout
  // Nobody balances load onto a process that a person stops with Ctrl-C.
  const delayMs = end.kind === 'signal' && end.signal === 'SIGTERM' ? delay : 0
  port.exitBy(timeoutMs + watchdogMs, 1)
  log.info('draining', { calls: gateway.callsInFlight, reason: isBug ? 'bug' : end.signal })
  let hasFailed = isBug
  port.onUncaught(() => {
    // Nobody knows what goes on here any more: those who are inside are told, and nobody is waited for.
    if (!hasFailed) port.exitBy(emergencyMs + watchdogMs, 1)
    hasFailed = true
    gateway.endCalls()
  })
  await gateway.drain(delayMs, timeoutMs)
  await store.close()
  log.info('stopped')
  log.flush()
  return hasFailed ? 1 : 0
}
