// Which dialect a path is spoken to in.
import { gemini } from './gemini.ts'
import { messages } from './messages.ts'
import { ollama } from './ollama.ts'
import { responses } from './responses.ts'
import type { WireDialect } from './wire-dialect.ts'

export interface DialectPlace {
  readonly dialect: WireDialect
  /** As the path says it; empty where the body does. */
  readonly model: string
  readonly isStream: boolean
  /** Only counts. */
  readonly isCount: boolean
}

const plain: ReadonlyMap<string, WireDialect> = new Map([
  ['/v1/responses', responses],
  ['/v1/messages', messages],
  ['/api/chat', ollama],
])

export function placeOf(path: string): DialectPlace | undefined {
  const dialect = plain.get(path)
  if (dialect !== undefined) return { dialect, model: '', isStream: false, isCount: false }
  if (path === '/v1/messages/count_tokens') {
    return { dialect: messages, model: '', isStream: false, isCount: true }
  }
  const found = /^\/v1(?:beta)?\/models\/(.+):(generateContent|streamGenerateContent|countTokens)$/u.exec(
    path,
  )
  if (found === null) return undefined
  const [, model = '', verb] = found
  return {
    dialect: gemini,
    model: decodeURIComponent(model),
    isStream: verb === 'streamGenerateContent',
    isCount: verb === 'countTokens',
  }
}
