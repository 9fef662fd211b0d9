// Which dialect speaks at which path. A set belongs to one provider, because some of them remember what was said.
import { chatDialect } from './chat/dialect.ts'
import type { Dialect } from './dialect.ts'
import { geminiDialect, geminiPath } from './gemini/dialect.ts'
import { messagesDialect } from './messages/dialect.ts'
import { ollamaDialect } from './ollama/dialect.ts'
import { responsesDialect } from './responses/dialect.ts'

type Dialects = readonly (readonly [path: RegExp, dialect: Dialect])[]

export function allDialects(): Dialects {
  return [
    [/^\/v1\/chat\/completions$/u, chatDialect],
    [/^\/v1\/responses$/u, responsesDialect()],
    [geminiPath, geminiDialect],
    [/^\/api\/chat$/u, ollamaDialect],
    [/^\/v1\/messages(\/count_tokens)?$/u, messagesDialect()],
  ]
}

export function dialectOfPath(dialects: Dialects, path: string): Dialect | undefined {
  return dialects.find(([pattern]) => pattern.test(path))?.[1]
}
