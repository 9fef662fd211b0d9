// `generationConfig`: how the answer is made, and in which form it is wanted.
import { given } from '../json-object.ts'
import { InvalidType, InvalidValue } from '../../core/errors.ts'
import type { AnswerFormat, ModelRequest, Reasoning } from '../../core/model-request.ts'
import type { Members } from './read-members.ts'
import { jsonSchemaOf, schemaObject } from './read-schema.ts'

type Generation = Pick<
  ModelRequest,
  | 'maxTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'stop'
  | 'seed'
  | 'choices'
  | 'logprobs'
  | 'topLogprobs'
  | 'format'
  | 'reasoning'
  | 'modalities'
>

/** Reads every setting that has a place; the others are added to `unplaced`. */
export function readGenerationConfig(config: Members, unplaced: string[]): Generation {
  const generation = given<Generation>({
    maxTokens: config.whole('maxOutputTokens', 1),
    temperature: config.number('temperature'),
    topP: config.number('topP'),
    topK: config.number('topK'),
    frequencyPenalty: config.number('frequencyPenalty'),
    presencePenalty: config.number('presencePenalty'),
    stop: config.strings('stopSequences'),
    seed: readSeed(config),
    choices: config.whole('candidateCount', 1),
    logprobs: config.boolean('responseLogprobs'),
    topLogprobs: config.whole('logprobs', 0),
    format: readFormat(config, unplaced),
    reasoning: readReasoning(config.members('thinkingConfig'), unplaced),
    modalities: readModalities(config),
  })
  unplaced.push(...config.unread())
  return generation
}

function readSeed(config: Members): number | undefined {
  const seed = config.number('seed')
  if (seed !== undefined && !Number.isInteger(seed))
    throw new InvalidType(config.pathOf('seed'), 'a whole number')
  return seed
}

function readModalities(config: Members): readonly string[] | undefined {
  const modalities = config.strings('responseModalities')?.map((modality) => modality.toLowerCase())
  return modalities?.filter((modality) => modality !== 'modality_unspecified')
}

function readFormat(config: Members, unplaced: string[]): AnswerFormat | undefined {
  const mediaType = config.string('responseMimeType')
  if (mediaType !== undefined && !/^(application\/json|text\/plain|)$/.test(mediaType)) {
    // One of the words of an enum, say: the schema stays with it, since it means nothing else.
    unplaced.push(config.pathOf('responseMimeType'))
    return undefined
  }
  const jsonSchema = config.any('responseJsonSchema')
  const googleSchema = config.any('responseSchema')
  if (jsonSchema !== undefined && googleSchema !== undefined) {
    throw new InvalidValue(jsonSchema.path, 'send either responseSchema or responseJsonSchema')
  }
  if (googleSchema !== undefined) return schemaFormat(jsonSchemaOf(googleSchema))
  if (jsonSchema !== undefined) return schemaFormat(schemaObject(jsonSchema))
  if (mediaType === undefined || mediaType === '') return undefined
  return { kind: mediaType === 'application/json' ? 'json' : 'text' }
}

/** Others want a name for a schema; its title is one if it can be. */
function schemaFormat(schema: Readonly<Record<string, unknown>>): AnswerFormat {
  const title = schema['title']
  const name = typeof title === 'string' && /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(title) ? title : 'response'
  return { kind: 'schema', name, schema }
}

const levels: ReadonlySet<string> = new Set(['minimal', 'low', 'medium', 'high'])

function readReasoning(thinking: Members | undefined, unplaced: string[]): Reasoning | undefined {
  if (thinking === undefined) return undefined
  const budget = thinking.whole('thinkingBudget', -1)
  const level = thinking.string('thinkingLevel')?.toLowerCase()
  const known = level === undefined || level === 'thinking_level_unspecified' || levels.has(level)
  if (!known) {
    throw new InvalidValue(thinking.pathOf('thinkingLevel'), 'it must be MINIMAL, LOW, MEDIUM or HIGH')
  }
  const effortOfLevel = level !== undefined && levels.has(level) ? level : undefined
  const reasoning = given<Reasoning>({
    effort: effortOfLevel ?? effortOfBudget(budget),
    budgetTokens: budget !== undefined && budget > 0 ? budget : undefined,
    show: thinking.boolean('includeThoughts'),
  })
  unplaced.push(...thinking.unread())
  return reasoning
}

/** 0 turns thinking off, -1 leaves it to the model. */
function effortOfBudget(budget: number | undefined): string | undefined {
  if (budget === 0) return 'none'
  return budget === -1 ? 'adaptive' : undefined
}
