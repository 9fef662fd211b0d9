// The cells of the matrix that cannot work, because one side has no word for what is asked. The matrix fails when one of
// them works or another does not, and docs/reference/dialects.md shows them. At most one in twenty may stand here.
import { backNames } from './back.ts'
import type { BackName } from './back.ts'
import { frontNames } from './front.ts'
import type { Feature, FrontName } from './front.ts'

export interface CannotWork {
  readonly fronts: readonly FrontName[]
  readonly backs: readonly BackName[]
  readonly feature: Feature
  /** A sentence for the page. */
  readonly because: string
  /** The maker's own page. */
  readonly page: string
}

const responsesPage = 'https://developers.openai.com/api/reference/resources/responses/methods/create'

export const cannotWork: readonly CannotWork[] = [
  {
    fronts: ['responses'],
    backs: backNames,
    feature: 'stop',
    because: 'A Responses request has no member for stop texts, so its clients cannot ask for any.',
    page: responsesPage,
  },
  {
    fronts: frontNames.filter((name) => name !== 'responses'),
    backs: ['responses'],
    feature: 'stop',
    because: 'The Responses API has no member for stop texts, so none can be sent to it.',
    page: responsesPage,
  },
  {
    fronts: frontNames,
    backs: ['ollama'],
    feature: 'file',
    because: "A message of Ollama's chat holds text and images, and no other files.",
    page: 'https://docs.ollama.com/api/chat',
  },
]

export function whyItCannotWork(front: FrontName, back: BackName, feature: Feature): CannotWork | undefined {
  return cannotWork.find(
    (cell) => cell.feature === feature && cell.fronts.includes(front) && cell.backs.includes(back),
  )
}
