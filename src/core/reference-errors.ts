// Failures of requests that name something held elsewhere: a kept response, a conversation, a thread.
import { GatewayError, shown } from './errors.ts'

/** One text for what another tenant keeps, what has expired and what never was. */
export class ResponseNotFound extends GatewayError {
  readonly code = 'response_not_found'
  constructor(responseId: string) {
    super(
      `Response with id '${shown(responseId)}' not found. It was not kept, or it has been deleted or has expired.`,
    )
  }
}

/** The conversation that a request goes on with, or the beginning of it, is not there. */
export class PreviousResponseNotFound extends GatewayError {
  readonly code = 'previous_response_not_found'
  override readonly param = 'previous_response_id'
  constructor(responseId: string) {
    super(
      `Previous response with id '${shown(responseId)}' not found. Send the conversation in "input" instead.`,
    )
  }
}

export class ConversationTooLong extends GatewayError {
  readonly code = 'conversation_too_long'
  override readonly param = 'previous_response_id'
  constructor(limit: string) {
    super(
      `The conversation before this request is longer than ${limit}. Begin a new one with a summary of it.`,
    )
  }
}

/** A container, a conversation, a cached prompt: one text for another tenant's, what has expired and what never was. */
export class ReferenceNotFound extends GatewayError {
  readonly code = 'reference_not_found'
  override readonly param: string
  constructor(member: string, id: string) {
    super(
      `No account of this model is known to have the "${member}" '${shown(id)}': it was not made in a call through here, ` +
        `or is not kept any more. Leave "${member}" out.`,
    )
    this.param = member
  }
}

/** Anthropic's clients begin a new thread with the whole conversation when they find this code in the details. */
export class ThreadNotFound extends GatewayError {
  readonly code = 'thread_not_found'
  override readonly param = 'thread.previous_message_id'
  constructor() {
    super(
      'The thread that this request goes on with is not at hand. Send the whole conversation as a new thread.',
    )
  }
}

/** Anthropic's clients go on without threads when they find this code in the details. */
export class ThreadUnsupported extends GatewayError {
  readonly code = 'thread_unsupported_request'
  override readonly param = 'thread'
  override readonly details = { error_code: this.code, unsupported: ['thread'] }
  constructor() {
    super('No deployment of this model keeps threads. Send the whole conversation without "thread".')
  }
}

export class ResponsesUnavailable extends GatewayError {
  readonly code = 'responses_unavailable'
  override readonly retryAfterSeconds = 5
  constructor(cause: unknown) {
    super('Kept responses cannot be read or deleted just now. Try again shortly.', { cause })
  }
}
