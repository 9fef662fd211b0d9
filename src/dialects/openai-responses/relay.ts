// This dialect in front of itself.
import { chatRelay } from '../openai-chat/relay.ts'
import type { Relay } from '../relay.ts'
export const responsesRelay: Relay = chatRelay
