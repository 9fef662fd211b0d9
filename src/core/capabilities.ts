// What a deployment can do, beside answering in words: one table, in the words of the config and of
// `GET /v1/models/{name}`. Plain data; who knows it stands in providers/capabilities.ts.

export const abilities = [
  /** Asks for functions to be called. */
  'tools',
  /** Looks at images. */
  'vision',
  /** Reads documents, PDF among them. */
  'files',
  /** Listens to recordings. */
  'audio',
  /** Keeps to a JSON Schema in its answer. */
  'jsonSchema',
  /** Thinks before it answers, and can be told how much. */
  'reasoning',
  /** Takes temperature, top_p and top_k. */
  'sampling',
  /** Tells the probabilities of its tokens. */
  'logprobs',
  /** Gives several answers to one request. */
  'choices',
  /** Takes a seed. */
  'seed',
] as const

export type Ability = (typeof abilities)[number]

/** How Anthropic's models are told to think: by a number of tokens, or by an effort. */
export type ThinkingStyle = 'budget' | 'adaptive'

export interface Capabilities extends Readonly<Record<Ability, boolean>> {
  /** Tokens of a request and its answer together; undefined when unknown. */
  readonly contextTokens: number | undefined
  /** Tokens that an answer may have; undefined when unknown. */
  readonly outputTokens: number | undefined
  /** Undefined where the model's name has to tell. */
  readonly thinking: ThinkingStyle | undefined
}

/** What all of these can do: what a model can be relied on for, whichever of its deployments answers. */
export function inCommon([first, ...rest]: readonly [Capabilities, ...Capabilities[]]): Capabilities {
  return rest.reduce((all, one) => {
    const able = Object.fromEntries(abilities.map((ability) => [ability, all[ability] && one[ability]]))
    return {
      ...(able as Record<Ability, boolean>),
      contextTokens: smaller(all.contextTokens, one.contextTokens),
      outputTokens: smaller(all.outputTokens, one.outputTokens),
      thinking: all.thinking === one.thinking ? all.thinking : undefined,
    }
  }, first)
}

/** Of two bounds of which one may be unknown. */
function smaller(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return Math.min(left, right)
}

/** The table of one deployment as JSON, in the config's words; limits that are unknown are left out. */
export function capabilitiesAsJson(capabilities: Capabilities): Record<string, unknown> {
  const { jsonSchema, choices, contextTokens, outputTokens, thinking, ...same } = capabilities
  return {
    ...same,
    json_schema: jsonSchema,
    n: choices,
    ...(contextTokens === undefined ? {} : { context: contextTokens }),
    ...(outputTokens === undefined ? {} : { output: outputTokens }),
    ...(same.reasoning && thinking !== undefined ? { thinking } : {}),
  }
}
