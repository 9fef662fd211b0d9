// Chat in front of chat: the client's bytes and the provider's pass as they are.
import type { Relay } from '../relay.ts'
import { estimateOutputTokens } from './estimate-output.ts'
import { readOpenaiAnswer } from './read-answer.ts'
import { readErrorBody } from './read-error.ts'
import { readChatRequest } from './read-request.ts'
import { ChatStreamTap } from './read-stream.ts'

export const chatRelay: Relay = {
  readRequest: readChatRequest,
  openTap: (needs) => new ChatStreamTap(needs),
  readWhole: (bytes) => readOpenaiAnswer(bytes, 'choices'),
  estimateOutput: estimateOutputTokens,
  readError: readErrorBody,
}
