// One physical place where a model can be had, ready to be called: everything that does not change from call to
// call is worked out once, when the config is loaded.
import type { Endpoint } from '../core/call.ts'
import type { EgressExchange, EgressSink, RequestBody } from '../core/egress.ts'
import type { ErrorAnswer } from './quota-is-gone.ts'

export interface Deployment {
  /** `openai/gpt-5-mini`: also what a client may write. */
  readonly name: string
  readonly provider: string
  /** The provider's name of the model, and the same as ASCII JSON, ready to be spliced into a body. */
  readonly providerModel: string
  readonly modelJson: string
  readonly demo: boolean
  /** The provider counts a stream's tokens only when `stream_options.include_usage` asks for it. */
  readonly asksForUsage: boolean
  readonly endpoints: ReadonlySet<Endpoint>
  /** How long the first token of a stream, or a whole answer, may take here; undefined for the default. */
  readonly timeoutMs: number | undefined
  /** Top-level members of a request that the provider answers with an error. */
  readonly drops: readonly string[]
  /** Response headers of this provider that may reach the client, lower case. */
  readonly passHeaders: readonly string[]
  readonly sender: Sender
  /** Does this error mean that the account behind the credential is empty? Then waiting does not help. */
  quotaIsGone(answer: ErrorAnswer): boolean
  /** Takes the provider's credential out of a text that the provider sent. */
  redact(text: string): string
}

/** What one attempt sends. */
export interface Outbound {
  readonly endpoint: Endpoint
  readonly attemptId: string
  readonly stream: boolean
  readonly body: RequestBody
  /** Do not use a kept connection. */
  readonly fresh: boolean
}

/** One attempt on one deployment: the only way to reach a provider. */
export interface Sender {
  send(outbound: Outbound, sink: EgressSink): EgressExchange
}
