// Where an embeddings request holds texts. Its answer holds none.
import { lensOf } from '../lens.ts'
import { membersOf } from '../lens-shape.ts'

export const embeddingsLens = lensOf({
  request: { members: membersOf({ input: { text: 'text', elements: { text: 'text' } } }) },
  event: { members: membersOf({ usage: { mark: 'usage' }, error: { mark: 'error' } }) },
  mediaSigns: [],
})
