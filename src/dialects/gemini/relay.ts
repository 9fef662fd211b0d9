// generateContent in front of generateContent: the client's bytes and the provider's pass as they are.
import { EventTap } from '../event-tap.ts'
import type { Relay } from '../relay.ts'
import { estimateOutput, readAnswerBytes, readErrorText } from './relay-answer.ts'
import { readRequestBytes } from './relay-request.ts'
import { GenerateEvents } from './tap.ts'

export const geminiRelay: Relay = {
  readRequest: readRequestBytes,
  openTap: () => new EventTap(new GenerateEvents()),
  readWhole: readAnswerBytes,
  estimateOutput,
  readError: readErrorText,
}
