// Embeddings have one wire format, OpenAI's, at both ends.
import { readOpenaiAnswer } from '../openai-chat/read-answer.ts'
import { readErrorBody } from '../openai-chat/read-error.ts'
import { ChatStreamTap } from '../openai-chat/read-stream.ts'
import type { Relay } from '../relay.ts'
import { inBase64 } from './base64-floats.ts'
import { readEmbeddingsRequest } from './read-request.ts'

export const embeddingsRelay: Relay = {
  readRequest: readEmbeddingsRequest,
  openTap: (needs) => new ChatStreamTap(needs),
  readWhole(bytes, { wantsBase64 }) {
    const answer = readOpenaiAnswer(bytes, 'data')
    return answer.kind === 'answer' && wantsBase64 === true ? { ...answer, bytes: inBase64(bytes) } : answer
  },
  // What embeddings cost is counted at their input.
  estimateOutput: () => 0,
  readError: readErrorBody,
}
