// A tool call that an earlier answer made and the client sends back.
import { InvalidValue } from '../../core/errors.ts'
import type { ToolCallPart } from '../../core/model-request.ts'
import { demandedObject, demandedText, objectAt, pathOf, textAt } from '../client-json.ts'
import type { Place, Unplaced } from '../client-json.ts'
import { cacheOf } from './read-parts.ts'

const functionCallNames = new Set(['id', 'type', 'index', 'function', 'extra_content', 'cache_control'])
const customCallNames = new Set(['id', 'type', 'index', 'custom', 'extra_content', 'cache_control'])
// `parsed_arguments` is what the official client's parser adds; it says nothing that `arguments` does not.
const functionNames = new Set(['name', 'arguments', 'parsed_arguments'])
const customNames = new Set(['name', 'input'])
const extraNames = new Set(['google'])
const googleNames = new Set(['thought_signature'])

export function readToolCall(call: Place, unplaced: Unplaced): ToolCallPart {
  const type = textAt(call, 'type') ?? 'function'
  if (type === 'function') return readFunctionCall(call, unplaced)
  if (type === 'custom') return readCustomCall(call, unplaced)
  throw new InvalidValue(pathOf(call.path, 'type'), 'must be function or custom')
}

function readFunctionCall(call: Place, unplaced: Unplaced): ToolCallPart {
  unplaced.others(call, functionCallNames)
  const called = demandedObject(call, 'function')
  unplaced.others(called, functionNames)
  return {
    kind: 'tool-call',
    id: demandedText(call, 'id'),
    name: demandedText(called, 'name'),
    arguments: demandedText(called, 'arguments'),
    argumentsPath: pathOf(called.path, 'arguments'),
    ...sealOf(call, unplaced),
    ...cacheOf(call, unplaced),
  }
}

function readCustomCall(call: Place, unplaced: Unplaced): ToolCallPart {
  unplaced.others(call, customCallNames)
  const called = demandedObject(call, 'custom')
  unplaced.others(called, customNames)
  return {
    kind: 'tool-call',
    id: demandedText(call, 'id'),
    name: demandedText(called, 'name'),
    arguments: demandedText(called, 'input'),
    custom: true,
    ...sealOf(call, unplaced),
    ...cacheOf(call, unplaced),
  }
}

/** Google's place for it (https://ai.google.dev/gemini-api/docs/thought-signatures, OpenAI compatibility, 2026-11). */
function sealOf(call: Place, unplaced: Unplaced): { readonly seal?: string } {
  const extra = objectAt(call, 'extra_content')
  if (extra === undefined) return {}
  unplaced.others(extra, extraNames)
  const google = objectAt(extra, 'google')
  if (google === undefined) return {}
  unplaced.others(google, googleNames)
  const seal = textAt(google, 'thought_signature') ?? ''
  return seal === '' ? {} : { seal }
}
