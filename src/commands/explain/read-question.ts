// What `explain` was told, as a request that could have come in over the network.
import type { Endpoint } from '../../core/call.ts'
import { doors } from '../../dialects/doors.ts'
import { isObject } from '../../dialects/json-object.ts'
import { saidInBody } from '../../dialects/relay.ts'
import type { Question } from '../../pipeline/explain-call.ts'
import type { AskingKey } from '../../pipeline/explain-key.ts'
import type { CommonOptions } from '../options.ts'
import type { doorNames } from './door-names.ts'

export interface ExplainOptions extends CommonOptions {
  readonly model?: string
  readonly door?: (typeof doorNames)[number]
  readonly stream?: boolean
  readonly key?: string
  readonly header?: readonly string[]
  readonly json?: boolean
}

export interface ReadQuestion {
  readonly question: Question
  /** The door was guessed from the body's members. */
  readonly isGuessed: boolean
}

/** Reads it. Throws an Error that says which option is wrong. */
export function readQuestion(
  text: string,
  options: ExplainOptions,
  key: AskingKey | undefined,
): ReadQuestion {
  const parsed = parsedOrNothing(text)
  const door = doors[options.door ?? guessed(parsed)]
  const isGoogles = door.endpoint === 'generate'
  if (isGoogles && options.model === undefined) {
    throw new Error('A request for generate names its model in the URL: say it with --model.')
  }
  const headers = readHeaders(options.header ?? [])
  return {
    question: {
      door,
      body: Buffer.from(isGoogles ? text : withWishes(text, parsed, options)),
      place: isGoogles ? { model: options.model ?? '', stream: options.stream === true } : saidInBody,
      key,
      header: (name) => headers.get(name) ?? null,
    },
    isGuessed: options.door === undefined,
  }
}

/** By members that no other dialect has; what could be several is chat. */
function guessed(body: Readonly<Record<string, unknown>> | undefined): Endpoint {
  if (body === undefined) return 'chat'
  if ('contents' in body) return 'generate'
  if ('input' in body) return 'responses'
  return 'system' in body || 'anthropic_version' in body ? 'messages' : 'chat'
}

/** The client's own text, unless something in it is to be another. */
function withWishes(
  text: string,
  body: Readonly<Record<string, unknown>> | undefined,
  { model, stream }: ExplainOptions,
): string {
  if (body === undefined || (model === undefined && stream === undefined)) return text
  return JSON.stringify({
    ...body,
    ...(model === undefined ? {} : { model }),
    ...(stream === undefined ? {} : { stream }),
  })
}

/** What is no JSON object is told by the stage that reads it. */
function parsedOrNothing(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line): [string, string] => {
      const cut = line.indexOf(':')
      if (cut < 1) throw new Error(`--header takes "name: value", not "${line}".`)
      return [line.slice(0, cut).trim().toLowerCase(), line.slice(cut + 1).trim()]
    }),
  )
}
