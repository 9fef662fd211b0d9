// Our four doors as a plain client sees them: where each is, what the least question is, and how an error looks there.
import type { DoorName } from './bad-inputs.ts'

type Json = Readonly<Record<string, unknown>>

export interface ToldError {
  /** Our code. */
  readonly code: unknown
  /** The member at fault. */
  readonly path: unknown
  readonly message: string
  /** What is left of the envelope. */
  readonly envelope: Json
}

export interface Door {
  readonly name: DoorName
  pathFor(model: string, isStream: boolean): string
  bodyFor(model: string, isStream: boolean): Json
  /** Throws where the text is not an error of this dialect. */
  readError(text: string): ToldError
}

const openai = {
  bodyOf: (model: string, isStream: boolean): Json => ({ model, ...(isStream && { stream: true }) }),
  readError: (text: string): ToldError => {
    const { error, ...rest } = JSON.parse(text) as { readonly error: Json }
    const { code, param, message, type, ...odd } = error
    return { code, path: param, message: String(message), envelope: { ...rest, ...odd, type } }
  },
}

/** The Responses API says a stream's error flat, in an event of its own. */
function readStreamed(text: string): ToldError {
  const value = JSON.parse(text) as Json
  if (value['type'] !== 'error') return openai.readError(text)
  const { code, param, message, type } = value
  return { code, path: param, message: String(message), envelope: { type } }
}

export const doors: readonly Door[] = [
  {
    name: 'chat',
    pathFor: () => '/v1/chat/completions',
    bodyFor: (model, isStream) => ({
      ...openai.bodyOf(model, isStream),
      messages: [{ role: 'user', content: 'Hi' }],
    }),
    readError: openai.readError,
  },
  {
    name: 'responses',
    pathFor: () => '/v1/responses',
    bodyFor: (model, isStream) => ({ ...openai.bodyOf(model, isStream), input: 'Hi' }),
    readError: readStreamed,
  },
  {
    name: 'messages',
    pathFor: () => '/v1/messages',
    bodyFor: (model, isStream) => ({
      ...openai.bodyOf(model, isStream),
      max_tokens: 50,
      messages: [{ role: 'user', content: 'Hi' }],
    }),
    readError: (text) => {
      const {
        error,
        request_id: id,
        ...rest
      } = JSON.parse(text) as {
        readonly error: Json
        readonly request_id: string
      }
      const { details, message, type } = error
      const { error_code: code, param = null } = details as Json
      return {
        code,
        path: param,
        message: String(message),
        envelope: { ...rest, kind: type, hasId: id.startsWith('call_') },
      }
    },
  },
  {
    name: 'generate',
    pathFor: (model, isStream) =>
      `/v1beta/models/${model}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    bodyFor: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    readError: (text) => {
      const { error } = JSON.parse(text) as { readonly error: Json }
      const { code, status, message, details } = error
      const [info = {}] = details as readonly Json[]
      const { param = null } = info['metadata'] as Json
      return {
        code: String(info['reason']).toLowerCase(),
        path: param,
        message: String(message),
        envelope: { code, status },
      }
    },
  },
]

export function doorNamed(name: DoorName): Door {
  const door = doors.find((one) => one.name === name)
  if (door === undefined) throw new Error(`there is no door ${name}`)
  return door
}
