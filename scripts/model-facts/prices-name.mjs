// What @pydantic/genai-prices calls a provider of models.dev.

const names = {
  xai: 'x-ai',
  togetherai: 'together',
  'fireworks-ai': 'fireworks',
  'novita-ai': 'novita',
  'cloudflare-workers-ai': 'cloudflare',
}

/** Its name there, or the one that it has here. */
export function pricesName(name) {
  return names[name] ?? name
}
