// Where a deployment does not speak the client's dialect: the request written for it, and the passage back. What the
// deployment cannot be sent is said, never dropped without a word.
import { UnsupportedParameter } from '../core/errors.ts'
import type { RequestBody } from '../core/egress.ts'
import { providerCodecs } from '../dialects/doors.ts'
import { droppedNames } from '../dialects/dropped-names.ts'
import type { Passage } from '../dialects/passage.ts'
import { Translation, WrittenBody } from '../dialects/translation.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Production } from './production.ts'

/** What one attempt at another dialect sends, and how its answer comes back. */
export interface Translated {
  /** Names of what is not sent, as the client spells them. */
  readonly dropped: string
  readonly passage: Passage
  readonly body: RequestBody
}

/**
 * Writes a request for a deployment of another dialect. Throws InvalidType, InvalidValue or MissingParameter for what
 * is wrong in it, and UnsupportedParameter where nothing may be dropped.
 */
export function translate(
  { record, request, door }: Production,
  deployment: Deployment,
  nowSeconds: number,
): Translated {
  const { codec } = door
  const provider = providerCodecs[deployment.dialect]
  const asked = codec.readRequest(request.parsed())
  const written = provider.writeRequest(asked, { ...deployment.wishes, model: deployment.providerModel })
  const dropped = droppedNames(written.dropped, asked.unplaced, codec)
  if (dropped.length > 0 && deployment.onUnsupported === 'error') {
    throw new UnsupportedParameter(deployment.provider, dropped)
  }
  const facts = { id: record.callId, model: asked.model, nowSeconds, wantsUsage: request.wantsUsage }
  return {
    dropped: dropped.join(', '),
    passage: new Translation({ client: codec, provider, request: asked, written, facts }),
    body: new WrittenBody(written.body),
  }
}
