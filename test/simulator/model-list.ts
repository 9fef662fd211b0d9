// The models that the simulator says it has. Calls may name any other model too: a behaviour can be spelled
// in it.

const createdSeconds = 1_790_000_000

export const modelsByDefault: readonly string[] = ['sim-small', 'sim-large', 'sim-embedding']

export function modelListJson(models: readonly string[]): string {
  return JSON.stringify({ object: 'list', data: models.map(modelEntry) })
}

/** Undefined when there is no such model. */
export function modelJson(models: readonly string[], id: string): string | undefined {
  return models.includes(id) ? JSON.stringify(modelEntry(id)) : undefined
}

function modelEntry(id: string): object {
  return { id, object: 'model', created: createdSeconds, owned_by: 'simulator' }
}

/** As Gemini and Ollama list them. */
export function otherListJson(models: readonly string[]): string {
  const actions = ['generateContent', 'countTokens']
  return JSON.stringify({
    models: models.map((id) => ({ name: `models/${id}`, model: id, supportedGenerationMethods: actions })),
  })
}
