// The items of `input`, read into turns. What one answer was made of (reasoning, messages, calls) is one turn of the
// assistant again, and the outputs that follow are one turn of results, as other dialects want them.
import { given } from '../json-object.ts'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import type {
  ForeignPart,
  Part,
  ReasoningPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../../core/model-request.ts'
import { demandedText, listAt, pathOf, placeOf, textAt } from '../client-json.ts'
import type { Place, Unplaced } from '../client-json.ts'
import { carriedSeal } from '../carried-seal.ts'
import { readContent, readResult } from './read-content.ts'

/** What reading the items needs to know of the request around them. */
export interface ItemRules {
  readonly unplaced: Unplaced
  /** The items before these lie elsewhere (`previous_response_id`, `conversation`): a result may belong to them. */
  readonly continues: boolean
}

/** Reads `input`: a text, or items. */
export function readInput(input: unknown, rules: ItemRules): readonly Turn[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [{ kind: 'text', text: input }] }]
  if (!Array.isArray(input)) throw new InvalidType('input', 'a string or an array of items')
  const reading = new ItemReading(rules)
  for (const [index, value] of input.entries()) reading.read(placeOf(value, `input[${index}]`))
  return reading.turns
}

type ItemStep = (entry: Place, reading: ItemReading) => void

const steps = new Map<string, ItemStep>([
  ['message', readMessage],
  ['reasoning', readReasoning],
  ['function_call', readFunctionCall],
  ['custom_tool_call', readCustomCall],
  ['function_call_output', (entry, reading) => readOutput(entry, reading, false)],
  ['custom_tool_call_output', (entry, reading) => readOutput(entry, reading, true)],
])

/** The turns so far, and what later items need of earlier ones. */
class ItemReading {
  readonly turns: Turn[] = []
  readonly unplaced: Unplaced
  /** Names of the calls so far, by their ids. */
  readonly calls = new Map<string, string>()
  /** Seals that other dialects' providers put on calls, by the ids of the calls. */
  readonly sealsOfCalls = new Map<string, string>()
  #continues: boolean
  #open: { readonly role: 'assistant' | 'tool'; readonly parts: Part[] } | undefined

  constructor({ unplaced, continues }: ItemRules) {
    this.unplaced = unplaced
    this.#continues = continues
  }

  read(entry: Place): void {
    const type = textAt(entry, 'type') ?? (entry.json['role'] === undefined ? undefined : 'message')
    if (type === undefined) throw new MissingParameter(pathOf(entry.path, 'type'))
    const step = steps.get(type)
    if (step === undefined) this.#addForeign(entry, type)
    else step(entry, this)
  }

  /** A turn that stands alone. */
  push(turn: Turn): void {
    this.#open = undefined
    this.turns.push(turn)
  }

  /** Parts of the assistant's turn, or of a turn of results, which goes on until another turn begins. */
  add(role: 'assistant' | 'tool', parts: readonly Part[]): void {
    if (this.#open?.role === role) {
      this.#open.parts.push(...parts)
      return
    }
    const turn = { role, parts: [...parts] }
    this.push(turn)
    this.#open = turn
  }

  /** Throws InvalidValue when no call with this id has been seen, nor can lie elsewhere. */
  checkCall(callId: string, path: string): void {
    if (this.calls.has(callId) || this.#continues) return
    throw new InvalidValue(path, 'no call with this id comes before its output')
  }

  #addForeign(entry: Place, type: string): void {
    const part: ForeignPart = {
      kind: 'foreign',
      from: 'openai-responses',
      path: entry.path,
      value: entry.json,
    }
    // What is referred to may be the call that a later output belongs to.
    if (type === 'item_reference') this.#continues = true
    if (isClients(type)) this.push({ role: 'user', parts: [part] })
    else this.add('assistant', [part])
  }
}

const clientsTypes: ReadonlySet<string> = new Set([
  'mcp_approval_response',
  'configuration_update',
  'additional_tools',
  'compaction_trigger',
])

function isClients(type: string): boolean {
  return type.endsWith('_output') || clientsTypes.has(type)
}

const messageNames = new Set(['type', 'role', 'content', 'id', 'status'])

function readMessage(entry: Place, reading: ItemReading): void {
  reading.unplaced.others(entry, messageNames)
  const role = demandedText(entry, 'role')
  const parts = readContent(entry, 'content', reading.unplaced)
  if (role === 'assistant') reading.add('assistant', parts)
  else if (role === 'user') reading.push({ role, parts })
  else if (role === 'system' || role === 'developer') reading.push({ role: 'system', parts })
  else throw new InvalidValue(pathOf(entry.path, 'role'), 'must be one of user, assistant, system, developer')
}

const reasoningNames = new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status'])

function readReasoning(entry: Place, reading: ItemReading): void {
  reading.unplaced.others(entry, reasoningNames)
  const text = [...textsOf(entry, 'summary'), ...textsOf(entry, 'content')].join('\n\n')
  const seal = textAt(entry, 'encrypted_content')
  const carried = seal === undefined ? undefined : carriedSeal(seal)
  if (carried !== undefined && carried.callId !== '') {
    reading.sealsOfCalls.set(carried.callId, carried.seal)
    return
  }
  const whose = carried ?? {
    from: 'openai-responses' as const,
    seal,
    redacted: text === '' && seal !== undefined,
  }
  const id = carried === undefined ? textAt(entry, 'id') : carried.id
  reading.add('assistant', [
    given<ReasoningPart>({
      kind: 'reasoning',
      text,
      seal: whose.seal === '' ? undefined : whose.seal,
      redacted: whose.redacted ? true : undefined,
      id: id === '' ? undefined : id,
      from: whose.from,
      path: entry.path,
    }),
  ])
}

function textsOf(entry: Place, name: string): readonly string[] {
  return (listAt(entry, name) ?? []).map((value, index) =>
    demandedText(placeOf(value, `${pathOf(entry.path, name)}[${index}]`), 'text'),
  )
}

const callNames = new Set(['type', 'id', 'call_id', 'name', 'arguments', 'status'])

function readFunctionCall(entry: Place, reading: ItemReading): void {
  reading.unplaced.others(entry, callNames)
  addCall(entry, reading, { custom: false, text: demandedText(entry, 'arguments') })
}

const customCallNames = new Set(['type', 'id', 'call_id', 'name', 'input', 'status'])

function readCustomCall(entry: Place, reading: ItemReading): void {
  reading.unplaced.others(entry, customCallNames)
  addCall(entry, reading, { custom: true, text: demandedText(entry, 'input') })
}

function addCall(
  entry: Place,
  reading: ItemReading,
  { custom, text }: { readonly custom: boolean; readonly text: string },
): void {
  const id = demandedText(entry, 'call_id')
  const name = demandedText(entry, 'name')
  reading.calls.set(id, name)
  reading.add('assistant', [
    given<ToolCallPart>({
      kind: 'tool-call',
      id,
      name,
      arguments: text,
      argumentsPath: custom ? undefined : pathOf(entry.path, 'arguments'),
      custom: custom ? true : undefined,
      seal: reading.sealsOfCalls.get(id),
    }),
  ])
}

const outputNames = new Set(['type', 'id', 'call_id', 'name', 'output', 'status'])

function readOutput(entry: Place, reading: ItemReading, custom: boolean): void {
  reading.unplaced.others(entry, outputNames)
  const callId = demandedText(entry, 'call_id')
  reading.checkCall(callId, pathOf(entry.path, 'call_id'))
  reading.add('tool', [
    given<ToolResultPart>({
      kind: 'tool-result',
      callId,
      name: reading.calls.get(callId) ?? textAt(entry, 'name'),
      parts: readResult(entry, 'output', reading.unplaced),
      custom: custom ? true : undefined,
      path: entry.path,
    }),
  ])
}
