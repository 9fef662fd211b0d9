// Errors of the Responses API: chat's envelope for answers, an event of its own in streams.
import { chatDialect } from '../chat/dialect.ts'
import type { ErrorWriter } from '../dialect.ts'
import { modelBroke } from '../dialect.ts'

export const responsesErrors: ErrorWriter = {
  body: chatDialect.errors.body,
  event: (count) => ({
    kind: 'event',
    name: 'error',
    text: JSON.stringify({
      type: 'error',
      code: 'server_error',
      message: modelBroke,
      param: null,
      sequence_number: count,
    }),
    tokens: 0,
  }),
  emptyStream: [],
  truncated: '{"id":"resp_broken","object":"response","output":[{"ty',
}
