// Gemini's generateContent, put together. The model and whether to stream stand in the URL, not in the body
// (`/v1beta/models/{model}:streamGenerateContent?alt=sse`): whoever reads a client's request puts them into
// the body as the members `model` (a string) and `stream` (true or false) first, and whoever sends a written
// request puts them into the URL, for the written body has neither.
import { writingStandIns } from '../custom-tools.ts'
import type { DialectCodec } from '../dialect.ts'
import { spell } from './spell.ts'
import { readAnswer } from './translate-answer.ts'
import { readError } from './translate-error.ts'
import { readRequest } from './translate-request.ts'
import { openReader } from './translate-stream.ts'
import { writeAnswer } from './write-answer.ts'
import { writeError, writeErrorEvent } from './write-error.ts'
import { writeRequest } from './write-request.ts'
import { openWriter } from './write-stream.ts'

export const gemini: DialectCodec = {
  name: 'gemini',
  // Lines that are neither empty nor `data:` are read as JSON:
  // https://github.com/googleapis/python-genai/blob/main/google/genai/_api_client.py, 2026-11.
  failsAtComments: true,
  endMayBeUnsaid: true,
  readRequest,
  writeRequest: writingStandIns(writeRequest),
  readAnswer,
  writeAnswer,
  openReader,
  openWriter,
  readError,
  writeError,
  writeErrorEvent,
  spell,
}
