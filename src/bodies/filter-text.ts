// Whose bodies are meant, in words: as the audit trail says it.
import type { BodyFilter } from './ports.ts'

/** `user u-17`, `key 8charsid, tenant acme`, `all`. */
export function filterText({ user, keyId, callId, tenant }: BodyFilter): string {
  const said = [
    ['user', user],
    ['key', keyId],
    ['call', callId],
    ['tenant', tenant],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
  return said.length === 0 ? 'all' : said.join(', ')
}
