// Responses in front of Responses: the client's bytes and the provider's pass as they are.
import { EventTap } from '../event-tap.ts'
import type { Relay } from '../relay.ts'
import { estimateOutput, readAnswerBytes, readErrorText } from './relay-answer.ts'
import { readRequestBytes } from './relay-request.ts'
import { ResponseEvents } from './tap.ts'

export const responsesRelay: Relay = {
  readRequest: readRequestBytes,
  openTap: () => new EventTap(new ResponseEvents()),
  readWhole: readAnswerBytes,
  estimateOutput,
  readError: readErrorText,
}
