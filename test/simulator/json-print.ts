// Printing JSON as real providers do: escaped or not, and on request with members and numbers that no SDK
// knows, whose spelling must survive a relay. Made by text, because a parsed number forgets how it was
// written.
import type { AnswerScript } from './behaviour.ts'

/** What `oddJson` puts in front of an object's other members. */
export const oddMembers =
  '"x_unknown":{"one":1.0,"hundred":1e2,"big":12345678901234567890,"minus":-0,"list":[null,[],{}]},'

/** The object's final text. */
export function printed(json: string, script: AnswerScript): string {
  const odd = script.oddJson === true ? `{${oddMembers}${json.slice(1)}` : json
  return script.escaped === true ? escaped(odd) : odd
}

function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
