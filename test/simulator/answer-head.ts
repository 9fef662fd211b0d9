// The head of an answer: the header set that OpenAI really sends, what others send too, and some headers that must never
// get through a gateway.
import type { Wire } from './behaviour.ts'

export type Header = readonly [name: string, value: string]

/** None of these may reach a client. */
export const secretHeaders: readonly Header[] = [
  ['set-cookie', '__cf_bm=simulator-cookie-canary; path=/; HttpOnly; Secure; SameSite=None'],
  ['x-internal-secret', 'simulator-header-canary'],
  ['openai-organization', 'org-simulator-canary'],
  ['server', 'simulator'],
  ['cf-ray', '9f0c0ffee0ddf00d-SIM'],
]

const reasons = new Map([
  [200, 'OK'],
  [307, 'Temporary Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [404, 'Not Found'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [503, 'Service Unavailable'],
])

/** What stands in every answer. */
export function commonHeaders(): readonly Header[] {
  return [
    ['date', new Date().toUTCString()],
    ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
    ['x-content-type-options', 'nosniff'],
    ...secretHeaders,
  ]
}

/** What OpenAI sends with every answer. */
export function openaiHeaders(requestId: string): readonly Header[] {
  return [
    ['x-request-id', requestId],
    ['openai-processing-ms', '12'],
    ['openai-version', '2020-10-01'],
    ['x-ratelimit-limit-requests', '10000'],
    ['x-ratelimit-limit-tokens', '2000000'],
    ['x-ratelimit-remaining-requests', '9999'],
    ['x-ratelimit-remaining-tokens', '1999984'],
    ['x-ratelimit-reset-requests', '6ms'],
    ['x-ratelimit-reset-tokens', '0s'],
  ]
}

/** Replaces by name, adds what is new. */
export function withHeaders(headers: readonly Header[], added: readonly Header[]): readonly Header[] {
  const names = new Set(added.map(([name]) => name.toLowerCase()))
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...added]
}

export function printedHead(status: number, headers: readonly Header[], wire: Wire): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const informational = 'HTTP/1.1 103 Early Hints\r\nlink: </simulator>; rel=preload\r\n\r\n'
  const before = informational.repeat(wire.informationalHeads ?? 0)
  const first = `HTTP/${wire.version ?? '1.1'} ${status} ${reasons.get(status) ?? 'Simulated'}\r\n`
  return `${before}${first}${lines}\r\n`
}
