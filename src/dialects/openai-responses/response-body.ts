// The response object: what a whole answer is, and what the first and last events of a stream hold. Clients find in it
// what they asked for, so the members of their request that it repeats come in from outside.
import type { Usage } from '../../core/usage.ts'
import type { AnswerFacts } from '../dialect.ts'
import type { WireStatus } from './finish-reasons.ts'
import type { Wire } from './open-parts.ts'
import { writeUsage } from './usage.ts'

/** What is known of a response at some time. */
export interface ResponseState {
  readonly id: string
  readonly model: string
  readonly createdSeconds: number
  readonly serviceTier: string | undefined
  readonly status: WireStatus['status'] | 'in_progress'
  readonly incompleteReason: WireStatus['incompleteReason']
  readonly error: Wire | null
  readonly output: readonly Wire[]
  readonly usage: Usage | undefined
}

/** What a response says of a request that did not say it. */
const unasked = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  store: true,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: null,
  truncation: 'disabled',
  user: null,
} as const

/** The members of a request that its response repeats. */
export function echoOf(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const echo: Record<string, unknown> = {}
  for (const name of Object.keys(unasked)) {
    const value = request[name]
    if (value !== undefined && value !== null) echo[name] = value
  }
  return echo
}

/** The id that a response has for its client: a provider's own of this dialect, or one made from our id of the call. */
export function responseIdOf(providersId: string | undefined, callId: string): string {
  return providersId?.startsWith('resp_') === true ? providersId : `resp_${bareId(callId)}`
}

/** An id without the prefix that says what it is the id of. */
export function bareId(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}

export function responseBody(state: ResponseState, facts: AnswerFacts): Wire {
  return {
    id: state.id,
    object: 'response',
    created_at: state.createdSeconds,
    status: state.status,
    error: state.error,
    incomplete_details: state.incompleteReason === undefined ? null : { reason: state.incompleteReason },
    model: state.model,
    output: state.output,
    ...unasked,
    ...facts.echo,
    service_tier: state.serviceTier ?? null,
    usage: state.usage === undefined ? null : writeUsage(state.usage),
  }
}
