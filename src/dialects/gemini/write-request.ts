// Our request as the body of generateContent. The model and whether to stream stand in the URL, so they are
// not in it.
import { given } from '../json-object.ts'
import type { AnswerFormat, ModelRequest, Setting } from '../../core/model-request.ts'
import type { WriteWishes, WrittenRequest } from '../dialect.ts'
import { droppedOf } from '../is-asked.ts'
import { isEarlySeries } from './model-series.ts'
import { writeGenerationConfig } from './write-generation-config.ts'
import { writeTools } from './write-tools.ts'
import { writeTurns } from './write-turns.ts'
import type { WireObject, Writing } from './writing.ts'

/** Settings that Google has no word for. */
const unknown = [
  'minP',
  'logitBias',
  'verbosity',
  'audio',
  'prediction',
  'endUser',
  'cacheKey',
  'parallelTools',
] as const satisfies readonly Setting[]

/** Throws InvalidValue for arguments of a call that are no JSON object, and for a result without its call. */
export function writeRequest(request: ModelRequest, wishes: WriteWishes): WrittenRequest {
  const writing: Writing = { dropped: [], early: isEarlySeries(wishes.model), callNames: new Map() }
  const { contents, systemInstruction } = writeTurns(request.turns, writing)
  const { format, emulated } = formatFor(request, wishes, writing)
  const { tools, toolConfig, formatTool } = writeTools(request, emulated, writing)
  const config = writeGenerationConfig(request, { wishes, format }, writing)
  writing.dropped.push(...droppedOf(request, unknown))
  const body = given<WireObject>({
    contents,
    systemInstruction,
    tools,
    toolConfig,
    generationConfig: Object.keys(config).length > 0 ? config : undefined,
    safetySettings: safetyOf(request, writing),
    labels: labelsOf(request, writing),
    serviceTier: serviceTierOf(request, writing),
  })
  return { body, dropped: writing.dropped, ...(formatTool === undefined ? {} : { formatTool }) }
}

interface FormatPlan {
  readonly format: AnswerFormat | undefined
  readonly emulated: (AnswerFormat & { readonly kind: 'schema' }) | undefined
}

/** Early models have either tools or a JSON answer, so with tools a function stands in for the schema there too. */
function formatFor(request: ModelRequest, wishes: WriteWishes, writing: Writing): FormatPlan {
  const { format, tools = [], toolChoice } = request
  const crowded = writing.early && tools.some(({ kind }) => kind === 'function')
  if (format === undefined || format.kind === 'text') return { format, emulated: undefined }
  if (!crowded && (format.kind === 'json' || wishes.jsonSchema)) return { format, emulated: undefined }
  if (format.kind === 'schema' && toolChoice?.kind !== 'tool') return { format: undefined, emulated: format }
  writing.dropped.push({ setting: 'format' })
  return { format: undefined, emulated: undefined }
}

function safetyOf({ safety }: ModelRequest, writing: Writing): unknown {
  if (safety === undefined || Array.isArray(safety)) return safety
  writing.dropped.push({ setting: 'safety' })
  return undefined
}

/** Google's labels are narrower than anybody else's metadata; those that do not fit would fail the whole call. */
function labelsOf({ metadata }: ModelRequest, writing: Writing): unknown {
  if (metadata === undefined) return undefined
  const fits = Object.entries(metadata).every(
    ([name, value]) => /^[a-z][a-z0-9_-]{0,62}$/.test(name) && /^[a-z0-9_-]{0,63}$/.test(value),
  )
  if (fits) return metadata
  writing.dropped.push({ setting: 'metadata' })
  return undefined
}

const tiers: ReadonlyMap<string, string | undefined> = new Map([
  ['auto', undefined],
  ['default', 'standard'],
  ['standard', 'standard'],
  ['standard_only', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
])

function serviceTierOf({ serviceTier }: ModelRequest, writing: Writing): string | undefined {
  if (serviceTier === undefined) return undefined
  if (!tiers.has(serviceTier)) writing.dropped.push({ setting: 'serviceTier' })
  return tiers.get(serviceTier)
}
