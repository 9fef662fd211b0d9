// `thinking` and `output_config`: how much is thought, and which form the answer takes.
import { given } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { AnswerFormat, Reasoning } from '../../core/model-request.ts'
import {
  noteUnplaced,
  objectAt,
  optionalCount,
  optionalObject,
  optionalString,
  stringAt,
} from './read-members.ts'

const thinkingMembers: ReadonlySet<string> = new Set(['type', 'budget_tokens', 'display'])

/**
 * One effort stands for both members: an effort that is named says more than `adaptive`, and `disabled` more than an
 * effort, which then goes to the unplaced.
 */
export function readReasoning(body: JsonObject, unplaced: string[]): Reasoning | undefined {
  const config = optionalObject(body['output_config'], 'output_config')
  const effort = optionalString(config?.['effort'], 'output_config.effort')
  const thinking = optionalObject(body['thinking'], 'thinking')
  if (thinking === undefined) return effort === undefined ? undefined : { effort }
  noteUnplaced(thinking, thinkingMembers, { path: 'thinking', unplaced })
  const type = stringAt(thinking['type'], 'thinking.type')
  if (type === 'disabled') {
    if (effort !== undefined) unplaced.push('output_config.effort')
    return { effort: 'none' }
  }
  const show = shown(optionalString(thinking['display'], 'thinking.display'))
  if (type === 'enabled') {
    const budgetTokens = optionalCount(thinking['budget_tokens'], 'thinking.budget_tokens')
    return given<Reasoning>({ effort, budgetTokens, show })
  }
  // That thinking is kept to the time between tool calls has no word of ours.
  if (type === 'between_tools') unplaced.push('thinking.type')
  else if (type !== 'adaptive') {
    throw new InvalidValue('thinking.type', 'it is none of enabled, adaptive, between_tools, disabled')
  }
  return given<Reasoning>({ effort: effort ?? 'adaptive', show })
}

function shown(display: string | undefined): boolean | undefined {
  if (display === undefined) return undefined
  if (display === 'summarized') return true
  if (display === 'omitted') return false
  throw new InvalidValue('thinking.display', 'it is none of summarized, omitted')
}

const configMembers: ReadonlySet<string> = new Set(['effort', 'format'])

/** The answer's format: `output_config.format`, or `output_format` as the beta of 2025 spelled it. */
export function readFormat(body: JsonObject, unplaced: string[]): AnswerFormat | undefined {
  const config = optionalObject(body['output_config'], 'output_config')
  if (config !== undefined) noteUnplaced(config, configMembers, { path: 'output_config', unplaced })
  return (
    formatAt(config?.['format'], 'output_config.format', unplaced) ??
    formatAt(body['output_format'], 'output_format', unplaced)
  )
}

const formatMembers: ReadonlySet<string> = new Set(['type', 'schema'])

function formatAt(value: unknown, path: string, unplaced: string[]): AnswerFormat | undefined {
  const format = optionalObject(value, path)
  if (format === undefined) return undefined
  noteUnplaced(format, formatMembers, { path, unplaced })
  if (stringAt(format['type'], `${path}.type`) !== 'json_schema') {
    throw new InvalidValue(`${path}.type`, 'only "json_schema" is known')
  }
  const schema = objectAt(format['schema'], `${path}.schema`)
  return { kind: 'schema', name: nameOf(schema), schema, strict: true }
}

/** Others want a name; the schema's title is one when it is made of letters, digits, `_` and `-`. */
function nameOf(schema: JsonObject): string {
  const title = schema['title']
  return typeof title === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(title) ? title : 'answer'
}
