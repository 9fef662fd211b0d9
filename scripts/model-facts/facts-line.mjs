// One model of models.dev as a line of the snapshot: its name, two limits, and a letter for each thing that it can do.
// src/providers/model-facts/find-facts.ts reads them.

/** Letters: t tools, v images, f documents, a recordings, r reasoning, p sampling settings, s or x JSON Schema. */
export function factsLine(id, model) {
  const input = model.modalities?.input ?? []
  const letters = [
    [model.tool_call, 't'],
    [input.includes('image'), 'v'],
    [input.includes('pdf'), 'f'],
    [input.includes('audio'), 'a'],
    [model.reasoning, 'r'],
    [model.temperature !== false, 'p'],
    [model.structured_output === true, 's'],
    [model.structured_output === false, 'x'],
    [thinksByBudget(id, model), 'b'],
  ]
  const own = letters.map(([has, letter]) => (has ? letter : '')).join('')
  return `${id} ${model.limit?.context || '-'} ${model.limit?.output || '-'} ${own}`
}

/** A model of which only its context is known. */
export function contextLine(id, context) {
  return `${id} ${context} - ?${thinksByBudget(id, { reasoning: true, temperature: true }) ? 'b' : ''}`
}

/** Does it answer in words? Pictures, speech and films are made elsewhere. */
export function writesText({ modalities }) {
  return modalities?.output === undefined || modalities.output.includes('text')
}

/**
 * Anthropic's models up to 4.5 are told a number of tokens; 4.6 takes both and prefers an effort; later ones, which take
 * no sampling settings either, only an effort.
 */
function thinksByBudget(id, { reasoning, temperature }) {
  const claude = /claude-(?:[a-z]+-)?(\d+)(?:[-.](\d{1,2})(?!\d))?/.exec(id)
  if (claude === null || reasoning !== true || temperature === false) return false
  return Number(claude[1]) < 4 || (claude[1] === '4' && Number(claude[2] ?? 0) <= 5)
}
