// A client's generateContent request in our words. The edge has put `model` and `stream`, which stand in the
// URL, into the body (see codec.ts).
import { given, isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import { CallBook } from './call-book.ts'
import { readGenerationConfig } from './read-generation-config.ts'
import { Members } from './read-members.ts'
import { readTools } from './read-tools.ts'
import { readSystem, readTurns } from './read-turns.ts'
import type { Reading } from './read-parts.ts'

/** Throws InvalidType, InvalidValue or MissingParameter, each naming the JSON path. */
export function readRequest(body: JsonObject): ModelRequest {
  const request = new Members(body, '')
  const reading: Reading = { unplaced: [], calls: new CallBook() }
  const { unplaced } = reading
  const contents = request.list('contents')
  if (contents === undefined) throw new MissingParameter('contents')
  if (contents.length === 0) throw new InvalidValue('contents', 'it is empty')
  const system = request.object('systemInstruction')
  const config = request.members('generationConfig')
  const read = given<ModelRequest>({
    model: request.name('model'),
    stream: request.boolean('stream') ?? false,
    turns: [...(system === undefined ? [] : [readSystem(system, reading)]), ...readTurns(contents, reading)],
    ...readTools(request, unplaced),
    ...(config === undefined ? {} : readGenerationConfig(config, unplaced)),
    safety: readSafety(request),
    metadata: readLabels(request),
    serviceTier: readServiceTier(request),
    unplaced,
  })
  unplaced.push(...request.unread())
  return read
}

function readSafety(request: Members): unknown {
  const settings = request.list('safetySettings')
  for (const { value, path } of settings ?? []) {
    if (!isObject(value)) throw new InvalidType(path, 'an object')
  }
  return settings?.map(({ value }) => value)
}

function readLabels(request: Members): Readonly<Record<string, string>> | undefined {
  const labels = request.object('labels')
  if (labels === undefined) return undefined
  const entries = Object.entries(labels.value).map(([name, value]) => {
    if (typeof value !== 'string') throw new InvalidType(`${labels.path}.${name}`, 'a string')
    return [name, value] as const
  })
  return Object.fromEntries(entries)
}

/** Google's word for the ordinary tier is `standard`; ours is `default`. */
function readServiceTier(request: Members): string | undefined {
  const tier = request.string('serviceTier')?.toLowerCase()
  if (tier === undefined || tier === 'unspecified') return undefined
  return tier === 'standard' ? 'default' : tier
}
