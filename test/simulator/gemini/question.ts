// A generateContent request, checked as the real API does, and its question in chat's form.
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'
import { complaintAboutContents, turnsOf } from './check-contents.ts'
import type { Turn } from './check-contents.ts'
import { fieldOf, namesIn, unknownName } from './fields.ts'
import type { Fields } from './fields.ts'
import { complaintAboutSchema, jsonSchemaOf } from './schema.ts'

const members = namesIn(
  'contents systemInstruction tools toolConfig generationConfig safetySettings labels serviceTier cachedContent ' +
    'store model',
)
const configMembers = namesIn(
  'candidateCount frequencyPenalty logprobs maxOutputTokens mediaResolution presencePenalty responseFormat ' +
    'responseJsonSchema responseLogprobs responseMimeType responseModalities responseSchema seed speechConfig ' +
    'stopSequences temperature thinkingConfig topK topP enableEnhancedCivicAnswers imageConfig audioTimestamp ' +
    'routingConfig modelSelectionConfig enableAffectiveDialog audioTranscriptionConfig translationConfig',
)
const toolMembers = namesIn(
  'functionDeclarations googleSearch googleSearchRetrieval codeExecution urlContext computerUse fileSearch ' +
    'googleMaps mcpServers',
)
const declarationMembers = namesIn(
  'name description parameters parametersJsonSchema response responseJsonSchema behavior',
)

/** The first complaint about a body; undefined when it is good. */
export function complaintAbout(body: Fields): string | undefined {
  const config = configOf(body)
  return (
    unknownName(body, '', members) ??
    unknownName(config, 'generation_config', configMembers) ??
    complaintAboutConfig(config) ??
    complaintAboutTools(fieldOf(body, 'tools')) ??
    complaintAboutContents(turnsOf(body['contents']))
  )
}

function complaintAboutConfig(config: Fields): string | undefined {
  const count = fieldOf(config, 'candidateCount')
  if (typeof count === 'number' && (count < 1 || count > 8)) return 'candidateCount must be between 1 and 8.'
  const temperature: unknown = config['temperature']
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 2))
    return '* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].'
  const own = fieldOf(config, 'responseSchema')
  const json = fieldOf(config, 'responseJsonSchema')
  if (own !== undefined && json !== undefined)
    return '* GenerateContentRequest.generation_config: only one of response_schema and response_json_schema may be set'
  const isJson = fieldOf(config, 'responseMimeType') === 'application/json'
  if ((own !== undefined || json !== undefined) && !isJson)
    return '* GenerateContentRequest.generation_config.response_mime_type: a response schema needs application/json'
  return complaintAboutSchema(own, 'generation_config.response_schema')
}

function complaintAboutTools(tools: unknown): string | undefined {
  for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
    const complaint = unknownName(tool, `tools[${index}]`, toolMembers)
    if (complaint !== undefined) return complaint
  }
  for (const [index, declaration] of declarationsOf(tools).entries()) {
    const path = `tools[0].function_declarations[${index}]`
    const name: unknown = declaration['name']
    if (typeof name !== 'string' || !/^[a-zA-Z_][\w.:-]{0,127}$/u.test(name))
      return `* GenerateContentRequest.${path}.name: Invalid function name. Must start with a letter or an underscore.`
    const complaint =
      unknownName(declaration, path, declarationMembers) ??
      complaintAboutSchema(declaration['parameters'], `${path}.parameters`)
    if (complaint !== undefined) return complaint
  }
  return undefined
}

export function chatQuestionOf(body: Fields, model: string): ChatQuestion {
  const config = configOf(body)
  const system = fieldOf(body, 'systemInstruction')
  const tools = declarationsOf(fieldOf(body, 'tools'))
  return {
    model,
    messages: [...turnsOf(system === undefined ? [] : [system]), ...turnsOf(body['contents'])].flatMap(
      chatMessages,
    ),
    n: numberOr(fieldOf(config, 'candidateCount')),
    max_tokens: numberOr(fieldOf(config, 'maxOutputTokens')),
    tools: tools.length === 0 ? undefined : tools.map(chatTool),
    tool_choice: choiceOf(fieldOf(body, 'toolConfig')),
    response_format: formatOf(config),
  }
}

export function configOf(body: Fields): Fields {
  const config = fieldOf(body, 'generationConfig')
  return isRecord(config) ? config : {}
}

function chatMessages({ role, parts }: Turn): readonly object[] {
  const answers = parts.map((part) => fieldOf(part, 'functionResponse')).filter(isRecord)
  const said = parts.flatMap(chatPart)
  return [
    ...answers.map((answer) => ({ role: 'tool', content: textOfResponse(answer['response']) })),
    ...(said.length > 0 ? [{ role: role === 'model' ? 'assistant' : 'user', content: said }] : []),
  ]
}

/** The one text of a response that has nothing else, else all of it as JSON. */
function textOfResponse(response: unknown): string {
  const values = isRecord(response) ? Object.values(response) : []
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : JSON.stringify(response)
}

function chatPart(part: Fields): readonly object[] {
  if (part['thought'] === true) return []
  if (typeof part['text'] === 'string')
    return part['text'] === '' ? [] : [{ type: 'text', text: part['text'] }]
  const isMedia = fieldOf(part, 'inlineData') !== undefined || fieldOf(part, 'fileData') !== undefined
  return isMedia ? [{ type: 'image_url' }] : []
}

function declarationsOf(tools: unknown): readonly Fields[] {
  return (Array.isArray(tools) ? tools : []).filter(isRecord).flatMap((tool) => {
    const declared = fieldOf(tool, 'functionDeclarations')
    return Array.isArray(declared) ? declared.filter(isRecord) : []
  })
}

function chatTool(declaration: Fields): object {
  const parameters = fieldOf(declaration, 'parametersJsonSchema') ?? jsonSchemaOf(declaration['parameters'])
  return { type: 'function', function: { name: declaration['name'], parameters } }
}

function choiceOf(toolConfig: unknown): unknown {
  const config = isRecord(toolConfig) ? fieldOf(toolConfig, 'functionCallingConfig') : undefined
  if (!isRecord(config)) return undefined
  if (config['mode'] === 'NONE') return 'none'
  const allowed = fieldOf(config, 'allowedFunctionNames')
  return Array.isArray(allowed) && allowed.length === 1
    ? { function: { name: String(allowed[0]) } }
    : undefined
}

function formatOf(config: Fields): unknown {
  if (fieldOf(config, 'responseMimeType') !== 'application/json') return undefined
  const own = fieldOf(config, 'responseSchema')
  const schema = fieldOf(config, 'responseJsonSchema') ?? jsonSchemaOf(own)
  return schema === undefined ? { type: 'json_object' } : { type: 'json_schema', json_schema: { schema } }
}

function numberOr(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
