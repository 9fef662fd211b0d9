// Embeddings have one wire format, OpenAI's, at both ends.
import { readOpenaiAnswer } from '../openai-chat/read-answer.ts'
import { readErrorBody } from '../openai-chat/read-error.ts'
import { ChatStreamTap } from '../openai-chat/read-stream.ts'
import type { Relay } from '../relay.ts'
import { readEmbeddingsRequest } from './read-request.ts'

export const embeddingsRelay: Relay = {
  readRequest: readEmbeddingsRequest,
  openTap: (needs) => new ChatStreamTap(needs),
  readWhole: (bytes) => readOpenaiAnswer(bytes, 'data'),
  // What embeddings cost is counted at their input.
  estimateOutput: () => 0,
  readError: readErrorBody,
}
