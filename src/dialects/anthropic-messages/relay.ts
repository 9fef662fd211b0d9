// Messages in front of Messages: the client's bytes and the provider's pass as they are.
import { EventTap } from '../event-tap.ts'
import type { Relay } from '../relay.ts'
import { estimateOutput, readAnswerBytes, readErrorText } from './relay-answer.ts'
import { readRequestBytes } from './relay-request.ts'
import { MessageEvents } from './tap.ts'

export const messagesRelay: Relay = {
  readRequest: readRequestBytes,
  openTap: () => new EventTap(new MessageEvents()),
  readWhole: readAnswerBytes,
  estimateOutput,
  readError: readErrorText,
}
