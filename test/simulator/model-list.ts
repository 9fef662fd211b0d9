// The models that the simulator says it has, in the shape of whoever asks. Calls may name any other model too: a behaviour
// can be spelled in it.
import { headerOf } from './read-requests.ts'
import type { ReceivedRequest } from './read-requests.ts'

type ListShape = 'openai' | 'anthropic' | 'gemini' | 'ollama'

const createdSeconds = 1_790_000_000
const createdAt = new Date(createdSeconds * 1000).toISOString()
const inputTokensMax = 200_000
const outputTokensMax = 64_000

export const modelsByDefault: readonly string[] = ['sim-small', 'sim-large', 'sim-embedding']

export function isListOfModels(path: string): boolean {
  return path === '/v1/models' || path === '/v1beta/models'
}

/** Several lists stand at the same place; Google's and Anthropic's clients are known by their headers. */
export function listShapeOf(request: ReceivedRequest): ListShape {
  if (request.path.startsWith('/api/')) return 'ollama'
  if (request.path.startsWith('/v1beta/')) return 'gemini'
  if (headerOf(request, 'x-goog-api-key') !== undefined) return 'gemini'
  return headerOf(request, 'anthropic-version') === undefined ? 'openai' : 'anthropic'
}

export function modelListJson(models: readonly string[], shape: ListShape): string {
  return JSON.stringify(lists[shape](models))
}

/** Undefined when there is no such model. */
export function modelJson(models: readonly string[], id: string): string | undefined {
  return models.includes(id) ? JSON.stringify(openaiEntry(id)) : undefined
}

const lists: Readonly<Record<ListShape, (models: readonly string[]) => object>> = {
  openai: (models) => ({ object: 'list', data: models.map(openaiEntry) }),
  anthropic: (models) => ({
    data: models.map(anthropicEntry),
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }),
  gemini: (models) => ({ models: models.map(geminiEntry) }),
  ollama: (models) => ({ models: models.map(ollamaEntry) }),
}

function openaiEntry(id: string): object {
  return { id, object: 'model', created: createdSeconds, owned_by: 'simulator' }
}

function anthropicEntry(id: string): object {
  const limits = { max_input_tokens: inputTokensMax, max_tokens: outputTokensMax }
  return { type: 'model', id, display_name: id, created_at: createdAt, ...limits }
}

function geminiEntry(id: string): object {
  return {
    name: `models/${id}`,
    version: '001',
    displayName: id,
    inputTokenLimit: inputTokensMax,
    outputTokenLimit: outputTokensMax,
    supportedGenerationMethods: id.includes('embedding')
      ? ['embedContent']
      : ['generateContent', 'countTokens'],
  }
}

function ollamaEntry(id: string): object {
  const details = { parent_model: '', format: 'gguf', family: 'sim', families: ['sim'], parameter_size: '1B' }
  return {
    name: `${id}:latest`,
    model: `${id}:latest`,
    modified_at: createdAt,
    size: 1_000_000,
    digest: 'sha256:5123',
    details: { ...details, quantization_level: 'Q4_K_M' },
  }
}
