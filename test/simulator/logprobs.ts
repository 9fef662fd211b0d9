// Made-up but well-formed log probabilities, in OpenAI's shape.

interface Logprob {
  readonly token: string
  readonly logprob: number
  readonly bytes: readonly number[]
}

/** The JSON text of a `logprobs` member; `null` when they were not asked for. */
export function logprobsJson(tokens: readonly string[], alternatives: number | undefined): string {
  if (alternatives === undefined) return 'null'
  const content = tokens.map((token) => ({
    ...logprob(token, 0),
    top_logprobs: Array.from({ length: alternatives }, (_, rank) =>
      logprob(rank === 0 ? token : `~${rank}`, rank),
    ),
  }))
  return JSON.stringify({ content, refusal: null })
}

function logprob(token: string, rank: number): Logprob {
  return { token, logprob: -0.125 - rank, bytes: [...Buffer.from(token)] }
}
