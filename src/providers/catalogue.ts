// The one list of providers that Sallyport knows by name. A new one is a file in catalogue/ and its line
// here; nothing else may know a provider's name.
import { anthropic } from './catalogue/anthropic.ts'
import { azureOpenai } from './catalogue/azure-openai.ts'
import { azureOpenaiClassic } from './catalogue/azure-openai-classic.ts'
import { baseten } from './catalogue/baseten.ts'
import { cerebras } from './catalogue/cerebras.ts'
import { cloudflare } from './catalogue/cloudflare.ts'
import { cohere } from './catalogue/cohere.ts'
import { dashscope } from './catalogue/dashscope.ts'
import { deepinfra } from './catalogue/deepinfra.ts'
import { deepseek } from './catalogue/deepseek.ts'
import { fireworks } from './catalogue/fireworks.ts'
import { gemini } from './catalogue/gemini.ts'
import { groq } from './catalogue/groq.ts'
import { huggingface } from './catalogue/huggingface.ts'
import { llamacpp } from './catalogue/llamacpp.ts'
import { lmstudio } from './catalogue/lmstudio.ts'
import { minimax } from './catalogue/minimax.ts'
import { mistral } from './catalogue/mistral.ts'
import { moonshot } from './catalogue/moonshot.ts'
import { nebius } from './catalogue/nebius.ts'
import { novita } from './catalogue/novita.ts'
import { nvidia } from './catalogue/nvidia.ts'
import { ollama } from './catalogue/ollama.ts'
import { openai } from './catalogue/openai.ts'
import { openaiCompatible } from './catalogue/openai-compatible.ts'
import { openrouter } from './catalogue/openrouter.ts'
import { perplexity } from './catalogue/perplexity.ts'
import { sambanova } from './catalogue/sambanova.ts'
import { siliconflow } from './catalogue/siliconflow.ts'
import { together } from './catalogue/together.ts'
import { vllm } from './catalogue/vllm.ts'
import { xai } from './catalogue/xai.ts'
import { zai } from './catalogue/zai.ts'
import type { Provider } from './provider.ts'

/** In the order in which they are shown: hosted, hosted at an address of one's own, local, generic. */
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
  cerebras,
  sambanova,
  perplexity,
  cohere,
  moonshot,
  zai,
  dashscope,
  minimax,
  nvidia,
  huggingface,
  deepinfra,
  nebius,
  novita,
  baseten,
  siliconflow,
  azureOpenai,
  azureOpenaiClassic,
  cloudflare,
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
