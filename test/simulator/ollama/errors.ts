// Ollama's errors: one text, in answers and as a line of a stream.
import type { ErrorWriter } from '../dialect.ts'
import { modelBroke } from '../dialect.ts'

export const ollamaErrors: ErrorWriter = {
  body: (status, facts) => JSON.stringify({ error: facts.message ?? `The simulator answers ${status}.` }),
  event: () => ({ kind: 'event', text: JSON.stringify({ error: modelBroke }), tokens: 0 }),
  emptyStream: [],
  truncated: '{"model":"sim-small","created_at":"2026-11-20T10:15:00.1Z","message":{"ro',
}
