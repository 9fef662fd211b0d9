// Where a deployment does not speak the client's dialect: the request written for it, and the passage back. What the
// deployment cannot be sent is said, never dropped without a word.
import { UnsupportedParameter } from '../core/errors.ts'
import type { RequestBody } from '../core/egress.ts'
import { dialectNames } from '../core/model-request.ts'
import type { DialectName, ModelRequest } from '../core/model-request.ts'
import { providerCodecs } from '../dialects/doors.ts'
import type { AnswerFacts, WrittenRequest } from '../dialects/dialect.ts'
import { askToGoOn } from '../dialects/continuation/ask-to-go-on.ts'
import { hindranceIn } from '../dialects/continuation/answer-so-far.ts'
import type { AnswerSoFar } from '../dialects/continuation/answer-so-far.ts'
import { Continuation } from '../dialects/continuation/continuation.ts'
import { droppedNames } from '../dialects/dropped-names.ts'
import type { Passage } from '../dialects/passage.ts'
import { withoutMembers } from '../dialects/without-members.ts'
import { Translation, WrittenBody } from '../dialects/translation.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { applyCapabilities } from '../providers/apply-capabilities.ts'
import type { FittingRequest } from '../providers/apply-capabilities.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Production } from './production.ts'

/** What one attempt at another dialect sends, and how its answer comes back. */
export interface Translated {
  readonly dialect: DialectName
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
  {
    record,
    request,
    door,
    echo,
  }: Pick<Production, 'record' | 'door' | 'echo'> & {
    readonly request: RelayRequest
  },
  deployment: Deployment,
  wallMs: number,
): Translated {
  const { codec } = door
  const body = request.parsed()
  const asked = codec.readRequest(body)
  const { dialect, written } = write(asked, deployment)
  const dropped = droppedNames(written.dropped, asked.unplaced, codec)
  if (dropped.length > 0 && deployment.onUnsupported === 'error') {
    throw new UnsupportedParameter(deployment.provider, dropped)
  }
  const facts = factsOf({ record, request, door, echo }, { body, asked, wallMs })
  const provider = providerCodecs[dialect]
  return {
    dialect,
    dropped: dropped.join(', '),
    passage: new Translation({ client: codec, provider, request: asked, written, facts }),
    body: new WrittenBody(written.body),
  }
}

/**
 * Writes the request that asks a deployment to go on with an answer that broke off, and the passage that joins the rest
 * to it; undefined where that cannot be done exactly. Never throws.
 */
export function goOn(
  { record, request, door, echo }: Pick<Production, 'record' | 'request' | 'door' | 'echo'>,
  { deployment, soFar, wallMs }: { deployment: Deployment; soFar: AnswerSoFar; wallMs: number },
): Translated | undefined {
  if (request.refers === true || soFar.hindrance !== undefined) return undefined
  const { codec } = door
  try {
    const body = request.parsed()
    const asked = codec.readRequest(body)
    if (hindranceIn(asked) !== undefined) return undefined
    const askedBy = deployment.prefill ? 'prefill' : 'prompt'
    const rest = askToGoOn(asked, soFar, askedBy)
    const { dialect, written } = write(rest, deployment)
    const facts = factsOf({ record, request, door, echo }, { body, asked, wallMs })
    const provider = providerCodecs[dialect]
    const parts = { soFar, askedBy, client: codec, provider, request: rest, written, facts } as const
    return {
      dialect,
      dropped: '',
      passage: new Continuation({ ...parts, by: deployment.name }),
      body: new WrittenBody(written.body),
    }
  } catch {
    // What could be relayed and cannot be read is no case for another dialect.
    return undefined
  }
}

interface Read {
  readonly body: Readonly<Record<string, unknown>>
  readonly asked: ModelRequest
  readonly wallMs: number
}

function factsOf(
  {
    record,
    request,
    door,
    echo,
  }: Pick<Production, 'record' | 'door' | 'echo'> & { readonly request: RelayRequest },
  { body, asked, wallMs }: Read,
): AnswerFacts {
  return {
    id: record.callId,
    model: asked.model,
    nowSeconds: Math.floor(wallMs / 1000),
    wantsUsage: request.wantsUsage,
    ...(door.codec.echoOf !== undefined && { echo: { ...door.codec.echoOf(body), ...echo } }),
  }
}

interface Writing {
  readonly dialect: DialectName
  readonly written: WrittenRequest
}

/** In the deployment's main dialect, unless another of its own loses less. */
function write(asked: ModelRequest, deployment: Deployment): Writing {
  const fitting = applyCapabilities(asked, deployment.capabilities)
  let best = writeIn(deployment.dialect, fitting, deployment)
  for (const dialect of dialectNames) {
    if (best.written.dropped.length === 0) return best
    if (dialect === deployment.dialect || !deployment.speaks.has(dialect)) continue
    const other = writeIn(dialect, fitting, deployment)
    if (other.written.dropped.length < best.written.dropped.length) best = other
  }
  return best
}

function writeIn(dialect: DialectName, fitting: FittingRequest, deployment: Deployment): Writing {
  const { wishes, providerModel, drops } = deployment
  const { request, dropped } = fitting
  const codec = providerCodecs[dialect]
  const written = codec.writeRequest(request, { ...wishes, model: providerModel })
  const sent = withoutMembers(written, drops, (setting) => codec.spell(setting))
  return { dialect, written: { ...sent, dropped: [...dropped, ...sent.dropped] } }
}
