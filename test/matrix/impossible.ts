// Cells of the matrix that cannot work, each with the page that says so. The test fails when one of them does work, and
// docs/reference/dialects.md lists them.
import type { Feature } from './front.ts'

export interface Impossible {
  readonly fronts: readonly string[]
  readonly backs: readonly string[]
  readonly feature: Feature
  readonly why: string
  readonly source: string
}

const allFronts = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini']
const allBacks = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'ollama']

export const impossible: readonly Impossible[] = [
  {
    fronts: allFronts,
    backs: ['ollama'],
    feature: 'file',
    why: 'Ollama takes images beside a text, and no documents',
    source: 'https://docs.ollama.com/api/chat',
  },
  {
    fronts: ['openai-responses'],
    backs: allBacks,
    feature: 'stop',
    why: 'a Responses request has no stop texts',
    source: 'https://developers.openai.com/api/reference/resources/responses/methods/create',
  },
  {
    fronts: allFronts.filter((front) => front !== 'openai-responses'),
    backs: ['openai-responses'],
    feature: 'stop',
    why: 'a Responses request has no stop texts; they are dropped and named',
    source: 'https://developers.openai.com/api/reference/resources/responses/methods/create',
  },
]

export function whyImpossible(front: string, back: string, feature: Feature): Impossible | undefined {
  return impossible.find(
    (cell) => cell.feature === feature && cell.fronts.includes(front) && cell.backs.includes(back),
  )
}
