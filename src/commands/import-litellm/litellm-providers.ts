// What stands before the first "/" of a model in LiteLLM's files, and which entry of our catalogue that is. The one file
// outside of src/providers/ that knows providers by name, because the words are LiteLLM's
// (https://docs.litellm.ai/docs/providers, seen 2026-11-21).
import { findProvider } from '../../providers/catalogue.ts'
import type { Provider } from '../../providers/provider.ts'

/** Words that differ from our name, more than by "_" for "-". */
const ourNames: ReadonlyMap<string, string> = new Map([
  ['codestral', 'mistral'],
  ['cohere_chat', 'cohere'],
  ['fireworks_ai', 'fireworks'],
  ['hosted_vllm', 'vllm'],
  ['lm_studio', 'lmstudio'],
  ['nvidia_nim', 'nvidia'],
  ['ollama_chat', 'ollama'],
  ['together_ai', 'together'],
])

/** Servers of the OpenAI dialect that are known by their address alone. */
const compatible: ReadonlySet<string> = new Set([
  'aiohttp_openai',
  'custom_openai',
  'litellm_proxy',
  'llamafile',
  'openai_like',
  'xinference',
])

/** Providers that ask for a request signed with a cloud's own credentials. */
const signed: ReadonlySet<string> = new Set([
  'bedrock',
  'bedrock_converse',
  'oci',
  'sagemaker',
  'sagemaker_chat',
  'vertex_ai',
  'vertex_ai_beta',
  'watsonx',
])

/** Stands for OpenAI itself, and with an address for every server that speaks as it does. */
export const compatiblePrefix = 'openai'

/** The entry for an Azure resource. */
export const azureType = 'azure-openai'

/** Why a version of the API is not carried. */
export const datedApiReason =
  "Azure's API without a date is called; for a resource that has only dated ones, write type: azure-openai-classic"

/** Which provider LiteLLM means by a bare model name, for the families that it is sure about. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-|chatgpt-|o\d(-|$)|text-embedding-|ft:gpt-)/, 'openai'],
  [/^claude-/, 'anthropic'],
]

export type KnownPrefix =
  /** One of our catalogue. */
  | { readonly kind: 'catalogue'; readonly provider: Provider }
  /** Azure's addressing: a resource of one's own, and deployments for models. */
  | { readonly kind: 'azure' }
  | { readonly kind: 'compatible' }
  | { readonly kind: 'signed' }
  | { readonly kind: 'unknown' }

/** What a prefix stands for. */
export function knownPrefix(prefix: string): KnownPrefix {
  const provider = findProvider(ourNames.get(prefix) ?? prefix.replaceAll('_', '-'))
  if (prefix === 'azure' || prefix === 'azure_text') return { kind: 'azure' }
  if (provider !== undefined && provider.baseUrl !== '') return { kind: 'catalogue', provider }
  if (compatible.has(prefix) || provider !== undefined) return { kind: 'compatible' }
  return { kind: signed.has(prefix) ? 'signed' : 'unknown' }
}

/** The prefix and the rest of a model; a bare name gets the prefix of its family. */
export function splitModel(
  model: string,
  named: string | undefined,
): { prefix: string; name: string } | undefined {
  if (named !== undefined) {
    return { prefix: named, name: model.startsWith(`${named}/`) ? model.slice(named.length + 1) : model }
  }
  const slash = model.indexOf('/')
  const prefix = model.slice(0, Math.max(0, slash))
  if (slash > 0 && knownPrefix(prefix).kind !== 'unknown') return { prefix, name: model.slice(slash + 1) }
  const family = families.find(([form]) => form.test(model))?.[1]
  if (family !== undefined) return { prefix: family, name: model }
  return slash > 0 ? { prefix, name: model.slice(slash + 1) } : undefined
}
