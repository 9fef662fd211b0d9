// The chat dialect at both ends: everything that this folder offers to translation, put together.
import { writingStandIns } from '../custom-tools.ts'
import type { DialectCodec } from '../dialect.ts'
import { spell } from './spelling.ts'
import { readAnswer } from './translate-answer.ts'
import { readError } from './translate-error.ts'
import { readRequest } from './translate-request.ts'
import { openReader } from './translate-stream.ts'
import { writeAnswer } from './write-answer.ts'
import { errorBody, writeErrorEvent } from './write-error.ts'
import { writeRequest } from './write-request.ts'
import { openWriter } from './write-stream.ts'

export const openaiChat: DialectCodec = {
  name: 'openai-chat',
  endMayBeUnsaid: true,
  readRequest,
  writeRequest: writingStandIns(writeRequest),
  readAnswer,
  writeAnswer,
  openReader,
  openWriter,
  readError,
  writeError: errorBody,
  writeErrorEvent,
  spell,
}
