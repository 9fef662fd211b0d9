// One physical place where a model can be had, ready to be called: everything that does not change from call to
// call is worked out once, when the config is loaded.
import type { Capabilities } from '../core/capabilities.ts'
import type { EgressExchange, EgressSink, RequestBody } from '../core/egress.ts'
import type { DeploymentHealth } from '../core/health.ts'
import type { EndNotice, Life } from '../core/life.ts'
import type { DialectName } from '../core/model-request.ts'
import type { PriceSchedule } from '../core/price.ts'
import type { Residence } from '../core/residency.ts'
import type { WriteWishes } from '../dialects/dialect.ts'
import type { Spoken } from '../dialects/doors.ts'
import type { ErrorAnswer } from './quota-is-gone.ts'

export interface Deployment extends Residence {
  /** `openai/gpt-5-mini`: also what a client may write. */
  readonly name: string
  readonly provider: string
  /** The provider's name of the model, and the same as ASCII JSON, ready to be spliced into a body. */
  readonly providerModel: string
  readonly modelJson: string
  readonly demo: boolean
  /**
   * A fingerprint of the account: place and credential, and neither can be had from it. Empty where there are several,
   * as nothing is known to an account that is not chosen yet.
   */
  readonly credential: string
  /** Where its provider has several keys, itself with each of them; one of these is chosen for each attempt. */
  readonly keys?: readonly KeyedDeployment[]
  /** Of one of those: all of them, itself too. */
  readonly siblings?: readonly KeyedDeployment[]
  /** The provider keeps responses, too. */
  readonly keepsResponses: boolean
  /** The provider counts a stream's tokens only when `stream_options.include_usage` asks for it. */
  readonly asksForUsage: boolean
  /** What it can be spoken to in: a client of one of these is relayed. */
  readonly speaks: ReadonlySet<Spoken>
  /** What the calls of all other clients are translated into, unless another of its own loses less. */
  readonly dialect: DialectName
  /** What it can do: what its dialects can say, its model is known for, and the config states. */
  readonly capabilities: Capabilities
  /** When some of that was measured here, as ISO time; undefined when nothing was. */
  readonly measuredAt?: string
  /** How a translated request has to be written for it. */
  readonly wishes: Omit<WriteWishes, 'model'>
  /** What happens to a request with settings that cannot be carried here. */
  readonly onUnsupported: 'drop' | 'error'
  /** How long the first token of a stream, or a whole answer, may take here; undefined for the default. */
  readonly timeoutMs: number | undefined
  /** Top-level members of a request that the provider answers with an error. */
  readonly drops: readonly string[]
  /** Lower is tried first. */
  readonly priority: number
  /** Its part of the calls among equals, where parts count. */
  readonly weight: number
  /** Words that rules and splits choose it by. */
  readonly tags: ReadonlySet<string>
  /** Dollars for a million tokens; undefined when unknown. Only for choosing: what is charged is the ledger's. */
  readonly costPerMillion:
    | { readonly input: number; readonly output: number; readonly cachedInput: number | undefined }
    | undefined
  /** What is charged for it; undefined where no price is known. */
  readonly price: PriceSchedule | undefined
  /** A score, higher is better; undefined when unknown. */
  readonly quality: number | undefined
  /** It goes on with an assistant's message that it is given. */
  readonly prefill: boolean
  readonly health: DeploymentHealth
  /** Undefined while no end of it is known. */
  readonly life: Life | undefined
  /** What its answers say of its end; undefined while there is nothing to say. */
  readonly notice: EndNotice | undefined
  /** Its name always means the same weights. */
  readonly pinned: boolean
  /** Response headers of this provider that may reach the client, lower case. */
  readonly passHeaders: readonly string[]
  readonly sender: Sender
  /** Does this error mean that the account behind the credential is empty? Then waiting does not help. */
  quotaIsGone(answer: ErrorAnswer): boolean
  /** Does it mean that the key, or the account behind it, is refused, where the status does not say so? */
  keyIsRefused(answer: Pick<ErrorAnswer, 'status' | 'body'>): boolean
  /** Takes the provider's credential out of a text that the provider sent. */
  redact(text: string): string
}

/** A deployment with one of its provider's several keys: what an attempt is made on. */
export interface KeyedDeployment extends Deployment {
  /** Its part of the attempts among the keys; 0 is taken only when no other works. */
  readonly keyWeight: number
}

/** The deployments that attempts are made on: one, or one for each of several keys. */
export function accountsOf<One extends Deployment>(deployment: One): readonly (One | KeyedDeployment)[] {
  return deployment.keys ?? [deployment]
}

/** What one attempt sends. */
export interface Outbound {
  readonly to: Spoken
  /** The provider's name of the model, for paths that hold it. */
  readonly providerModel: string
  readonly attemptId: string
  readonly stream: boolean
  readonly body: RequestBody
  /** Header lines of the client's that the provider is to see. */
  readonly headerLines: string
  /** Do not use a kept connection. */
  readonly fresh: boolean
}

/** One attempt on one deployment: the only way to reach a provider. */
export interface Sender {
  send(outbound: Outbound, sink: EgressSink): EgressExchange
}
