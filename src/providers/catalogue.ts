// The one list of providers that Sallyport knows by name. A new one is a file in catalogue/ and its line
// here; nothing else may know a provider's name.
import { anthropic } from './catalogue/anthropic.ts'
import { deepseek } from './catalogue/deepseek.ts'
import { fireworks } from './catalogue/fireworks.ts'
import { gemini } from './catalogue/gemini.ts'
import { groq } from './catalogue/groq.ts'
import { llamacpp } from './catalogue/llamacpp.ts'
import { lmstudio } from './catalogue/lmstudio.ts'
import { mistral } from './catalogue/mistral.ts'
import { ollama } from './catalogue/ollama.ts'
import { openaiCompatible } from './catalogue/openai-compatible.ts'
import { openai } from './catalogue/openai.ts'
import { openrouter } from './catalogue/openrouter.ts'
import { together } from './catalogue/together.ts'
import { vllm } from './catalogue/vllm.ts'
import { xai } from './catalogue/xai.ts'
import type { Provider } from './provider.ts'

/** In the order in which they are shown: hosted, local, generic. */
export const catalogue: readonly Provider[] = [
  openai,
  anthropic,
  gemini,
  mistral,
  deepseek,
  groq,
  xai,
  openrouter,
  together,
  fireworks,
  ollama,
  lmstudio,
  vllm,
  llamacpp,
  openaiCompatible,
]

const byName: ReadonlyMap<string, Provider> = new Map(catalogue.map((provider) => [provider.name, provider]))

/** The catalogue's entry of this name. */
export function findProvider(name: string): Provider | undefined {
  return byName.get(name)
}
