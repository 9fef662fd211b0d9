// What the answer of a deterministic call says of where it comes from, so that two of them can be compared.
import type { CallRecord } from '../pipeline/settle.ts'
import { headerText } from './header-text.ts'

/**
 * The headers of a call under the deterministic contract; undefined for all others. `body`: of a whole answer. A stream's
 * headers come before it, so they name the version that was asked.
 */
export function contractHeaders(
  { contract, reportedModel }: CallRecord,
  body: Uint8Array | undefined,
): Record<string, string> | undefined {
  if (contract === undefined) return undefined
  const fingerprint = body === undefined ? '' : fingerprintIn(body)
  const version = body === undefined || reportedModel === '' ? contract.version : reportedModel
  return {
    'x-sallyport-model-version': headerText(version),
    'x-sallyport-system-prompt-hash': contract.systemPromptHash,
    ...(fingerprint === '' ? {} : { 'x-sallyport-fingerprint': headerText(fingerprint) }),
  }
}

const charsMax = 256

/** OpenAI's word for the state of whatever made an answer. */
function fingerprintIn(body: Uint8Array): string {
  try {
    const { system_fingerprint: fingerprint } = JSON.parse(Buffer.from(body).toString()) as Record<
      string,
      unknown
    >
    return typeof fingerprint === 'string' ? fingerprint.slice(0, charsMax) : ''
  } catch {
    return ''
  }
}
