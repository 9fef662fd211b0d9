// API keys and bearer tokens, by the marks that their makers put on them, so that machines can find them.
import { spansOf } from './span.ts'
import type { Span } from './span.ts'

/** Of OpenAI, Anthropic, this gateway, Stripe, Groq, xAI, Hugging Face, NVIDIA, Perplexity, GitHub, GitLab, Slack and the like. */
const prefixed =
  /(?<![A-Za-z0-9])(?:sk[-_]|rk_|pk_|sp_|gsk_|xai-|hf_|nvapi-|pplx-|r8_|gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|npm_)[A-Za-z0-9_-]{12,}/g
const amazon = /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g
const google = /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}/g
/** `https://user:password@host`. */
const inAddress = /(?<kept>:\/\/[^\s/:@]{1,128}:)[^\s/@]{1,256}(?=@)/g

/** Keys that can be known by their look, and private keys in PEM. */
export function findKeys(text: string): readonly Span[] {
  return [
    ...spansOf(text, prefixed),
    ...spansOf(text, amazon),
    ...spansOf(text, google),
    ...spansOf(text, inAddress),
    ...privateKeys(text),
  ]
}

const bearer = /(?<kept>(?<![A-Za-z0-9])bearer[ \t]{1,8})[A-Za-z0-9._~+/-]{8,}=*/gi
const basic = /(?<kept>(?<![A-Za-z0-9])basic[ \t]{1,8})[A-Za-z0-9+/]{16,}=*/gi
/** A JSON Web Token: its head begins with `{"`. */
const jwt = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,3}/g

/** What is sent as a credential. */
export function findTokens(text: string): readonly Span[] {
  return [...spansOf(text, bearer), ...spansOf(text, basic), ...spansOf(text, jwt)]
}

const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g

/** One whose end is missing goes on to the end of the text. */
function privateKeys(text: string): Span[] {
  const found: Span[] = []
  for (const { start } of spansOf(text, begin)) {
    if (start < (found.at(-1)?.end ?? 0)) continue
    const end = text.indexOf('-----END ', start)
    const close = end === -1 ? -1 : text.indexOf('-----', end + 9)
    found.push({ start, end: close === -1 ? text.length : close + 5 })
  }
  return found
}
