// The parts of a client's turns: one small function per kind of part. What only Google knows (code that it
// ran, tools of its own) is kept as a foreign part; a part of no known kind is refused.
import { given } from '../json-object.ts'
import { InvalidType, InvalidValue } from '../../core/errors.ts'
import type { Part, ReasoningPart, ToolResultPart } from '../../core/model-request.ts'
import type { CallBook } from './call-book.ts'
import { sealOf } from './signature.ts'
import type { Seal } from './signature.ts'
import { readFileData, readInlineData } from './read-media.ts'
import { Members } from './read-members.ts'
import type { Placed } from './read-members.ts'
import { textOfResult } from './result-text.ts'

export type Role = 'system' | 'user' | 'model'

/** What is kept while a request is read. */
export interface Reading {
  readonly unplaced: string[]
  readonly calls: CallBook
}

/** Where a part stands. */
export interface Place {
  readonly role: Role
  /** Counted from 0, over contents and within one. */
  readonly turn: number
  readonly part: number
}

interface PartAt {
  readonly part: Members
  readonly placed: Placed
  readonly place: Place
  readonly reading: Reading
}

type PartStep = (at: PartAt) => readonly Part[]

const steps: ReadonlyMap<string, PartStep> = new Map<string, PartStep>([
  ['text', readText],
  ['inlineData', readInline],
  ['fileData', readFile],
  ['functionCall', readCall],
  ['functionResponse', readResult],
  ['executableCode', keepForeign],
  ['codeExecutionResult', keepForeign],
  ['toolCall', keepForeign],
  ['toolResponse', keepForeign],
])
const kinds = [...steps.keys()].join(', ')

/** Reads one part. A part with a signature becomes two: what it says, and the sealed reasoning behind it. */
export function readPart(placed: Placed, place: Place, reading: Reading): readonly Part[] {
  const part = new Members(placed.value, placed.path)
  const found = [...steps.keys()].filter((kind) => part.has(kind))
  if (found.length > 1) {
    throw new InvalidValue(placed.path, `a part holds one of ${found.join(' and ')}, never both`)
  }
  const kind = found[0] ?? (part.has('thoughtSignature') ? 'text' : undefined)
  const step = kind === undefined ? undefined : steps.get(kind)
  if (kind === undefined || step === undefined) {
    throw new InvalidValue(placed.path, `a part holds one of ${kinds}`)
  }
  part.any(kind)
  const parts = step({ part, placed, place, reading })
  if (step !== keepForeign) reading.unplaced.push(...part.unread())
  return parts
}

function readText({ part, placed }: PartAt): readonly Part[] {
  const text = part.string('text') ?? ''
  if (part.boolean('thought') !== true) {
    const sealed = sealedPart(part, placed)
    // An empty part that only carries a signature says nothing.
    return text === '' && sealed.length > 0 ? sealed : [{ kind: 'text', text }, ...sealed]
  }
  const signature = part.string('thoughtSignature')
  const seal = signature === undefined ? undefined : sealOf(signature)
  return [reasoningPart(text, seal, placed.path)]
}

function reasoningPart(text: string, seal: Seal | undefined, path: string): ReasoningPart {
  return given<ReasoningPart>({
    kind: 'reasoning',
    text,
    seal: seal?.seal,
    redacted: seal?.redacted === true ? true : undefined,
    id: seal?.id,
    from: seal?.from ?? 'gemini',
    path,
  })
}

/** The signature of a part that is no thought itself. */
function sealedPart(part: Members, { path }: Placed): readonly Part[] {
  const signature = part.string('thoughtSignature')
  return signature === undefined ? [] : [reasoningPart('', sealOf(signature), path)]
}

function readInline({ part, placed, reading }: PartAt): readonly Part[] {
  const blob = part.members('inlineData')
  if (blob === undefined) return []
  part.boolean('thought')
  const media = readInlineData(blob, placed.path)
  reading.unplaced.push(...blob.unread())
  return [media, ...sealedPart(part, placed)]
}

function readFile({ part, placed, reading }: PartAt): readonly Part[] {
  const file = part.members('fileData')
  if (file === undefined) return []
  const media = readFileData(file, placed.path)
  reading.unplaced.push(...file.unread())
  return [media, ...sealedPart(part, placed)]
}

function readCall({ part, placed, place, reading }: PartAt): readonly Part[] {
  if (place.role !== 'model')
    throw new InvalidValue(placed.path, 'only a turn of the model holds a functionCall')
  const call = part.members('functionCall')
  if (call === undefined) return []
  const name = call.name('name')
  const id = call.string('id') || `call_${place.turn}_${place.part}`
  const seal = part.string('thoughtSignature')
  reading.calls.add({ id, name })
  const text = JSON.stringify(call.object('args')?.value ?? {})
  reading.unplaced.push(...call.unread())
  return [{ kind: 'tool-call', id, name, arguments: text, ...(seal === undefined ? {} : { seal }) }]
}

function readResult({ part, placed, place, reading }: PartAt): readonly Part[] {
  if (place.role !== 'user') {
    throw new InvalidValue(placed.path, 'only a turn of the user holds a functionResponse')
  }
  const result = part.members('functionResponse')
  if (result === undefined) return []
  const name = result.name('name')
  const call = reading.calls.answer({ id: result.string('id') || undefined, name, path: placed.path })
  const { text, isError } = textOfResult(result.object('response')?.value ?? {})
  const media = (result.list('parts') ?? []).map((inner) => readResultMedia(inner, reading))
  reading.unplaced.push(...result.unread())
  return [
    given<ToolResultPart>({
      kind: 'tool-result',
      callId: call.id,
      name,
      parts: [{ kind: 'text', text }, ...media],
      isError: isError ? true : undefined,
      errorPath: isError ? `${result.pathOf('response')}.error` : undefined,
      path: placed.path,
    }),
    ...sealedPart(part, placed),
  ]
}

function readResultMedia({ value, path }: Placed, reading: Reading): ReturnType<typeof readInlineData> {
  const part = new Members(value, path)
  const blob = part.members('inlineData')
  const holder = blob ?? part.members('fileData')
  if (holder === undefined) throw new InvalidType(path, 'inlineData or fileData')
  const media = blob === undefined ? readFileData(holder, path) : readInlineData(holder, path)
  reading.unplaced.push(...holder.unread(), ...part.unread())
  return media
}

function keepForeign({ placed }: PartAt): readonly Part[] {
  return [{ kind: 'foreign', from: 'gemini', path: placed.path, value: placed.value }]
}
