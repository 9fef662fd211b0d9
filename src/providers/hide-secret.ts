// Takes a secret out of a text that somebody else wrote, however it is spelled there: providers repeat the key that they
// refuse, in JSON, in URLs and in headers.

/** Longer ones are documents; nobody repeats them but as they are. */
const spelledCharsMax = 1_024
/** What is shorter might be a word. */
const spelledCharsMin = 8

/** What hides this secret. Made when it is first needed, because most providers never fail in words. */
export function hidingSecret(secret: string): (text: string) => string {
  if (secret === '') return (text) => text
  let spelled: RegExp | undefined
  return (text) => {
    const hidden = text.replaceAll(secret, replacement)
    if (secret.length < spelledCharsMin || secret.length > spelledCharsMax) return hidden
    spelled ??= spellingsOf(secret)
    return hidden.replace(spelled, replacement)
  }
}

const replacement = '[redacted]'

/** Escaped as in JSON or a URL, in any mixture, or as Base64. Each character is one step: there is nothing to try twice. */
function spellingsOf(secret: string): RegExp {
  const spelled = Array.from(secret, spellingsOfCharacter).join('')
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '')
  return new RegExp(`${spelled}|${literal(base64)}`, 'gi')
}

function spellingsOfCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  return `(?:${literal(character)}|\\\\${literal(character)}|\\\\u${hex.padStart(4, '0')}|%${hex.padStart(2, '0')})`
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
