// What a model may be able to do, beside answering in words. The words are those of the capability table, of the
// config and of `GET /v1/models/{name}`.

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
