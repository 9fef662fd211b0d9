// Ollama's own /api/chat, put together. Only providers speak it, so there is nothing here for clients.
import type { ProviderCodec } from '../dialect.ts'
import { readAnswer } from './translate-answer.ts'
import { readError } from './translate-error.ts'
import { openReader } from './translate-stream.ts'
import { writeRequest } from './write-request.ts'

export const ollama: ProviderCodec = {
  name: 'ollama',
  framing: 'lines',
  writeRequest,
  readAnswer,
  openReader,
  readError,
}
