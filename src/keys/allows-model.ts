// May a key call a model? Its list holds names and wildcards: `fast`, `openai/*`.

/** `patterns` empty means every model. A `*` stands for any run of characters. */
export function allowsModel(patterns: readonly string[], model: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matches(pattern, model))
}

/** Walks both texts once; on a mismatch it goes back to the last `*` only, so the time is bounded. */
function matches(pattern: string, model: string): boolean {
  let at = 0
  let starAt = -1
  let resumeAt = 0
  for (let position = 0; position < model.length;) {
    if (pattern[at] === '*') {
      starAt = at
      at += 1
      resumeAt = position
    } else if (pattern[at] === model[position]) {
      at += 1
      position += 1
    } else if (starAt !== -1) {
      at = starAt + 1
      resumeAt += 1
      position = resumeAt
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
