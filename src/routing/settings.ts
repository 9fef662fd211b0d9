// The settings of models, and of the time that a call may take. Deployments are an ordered list: the order is the
// policy of this version, and the planned policies are known by name so that nobody has to guess.
import * as z from 'zod'
import { duration, list, named, onOff, providerModel, section } from '../platform/setting-values.ts'

const nameAdvice =
  'a model\'s name has letters, digits, ".", "_", ":" and "-", and no "/", which stands for provider/model'

const modelName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, { error: nameAdvice })

const plannedPolicies = new Set([
  'weighted',
  'least_cost',
  'least_busy',
  'least_latency',
  'round_robin',
  'random',
])

const tokensAdvice = 'write a number of tokens, such as 8192, 200k or 1M'
const tokensMax = 1_000_000_000

/** What a deployment can do, where the table of public facts is wrong or knows nothing of it. */
export const capabilitySettings = section({
  tools: onOff().optional().describe('Asks for functions to be called.'),
  vision: onOff().optional().describe('Looks at images.'),
  files: onOff().optional().describe('Reads documents, PDF among them.'),
  audio: onOff().optional().describe('Listens to recordings.'),
  json_schema: onOff().optional().describe('Keeps to a JSON Schema; `off` lets a forced tool stand in.'),
  reasoning: onOff().optional().describe('Thinks before it answers, and can be told how much.'),
  sampling: onOff().optional().describe('Takes `temperature`, `top_p` and `top_k`.'),
  logprobs: onOff().optional().describe('Tells the probabilities of its tokens.'),
  n: onOff().optional().describe('Gives several answers to one request.'),
  seed: onOff().optional().describe('Takes a seed.'),
  context: tokenCount().optional().describe('Tokens of a request and its answer together.'),
  output: tokenCount().optional().describe('Tokens that an answer may have.'),
  thinking: z
    .enum(['budget', 'adaptive'], { error: 'write budget or adaptive' })
    .optional()
    .describe(
      'How a model of the Messages format is told to think: by a `budget` of tokens, or by an effort (`adaptive`).',
    ),
})

export const deploymentSettings = section({
  provider: z.string().describe('A name under `providers`, or one that was found by itself.'),
  model: providerModel().describe("The provider's own name of the model."),
  timeout: duration('100ms', '1h')
    .optional()
    .describe('Until the first token of a stream, or a whole answer. Left out, `timeouts` says.'),
  priority: z
    .int()
    .min(1)
    .max(1_000)
    .prefault(1)
    .describe('Lower is tried first; equals are tried in the order of the list.'),
  capabilities: capabilitySettings.optional().meta({
    description: 'What it can do, where it is not what is publicly known of the model.',
    examples: [{ vision: false, context: '32k' }],
  }),
})

export const modelSettings = section({
  policy: z
    .literal('priority', { error: (issue) => policyAdvice(issue.input) })
    .prefault('priority')
    .describe('How a deployment is chosen: `priority`.'),
  on_unsupported: z
    .enum(['drop', 'error'], { error: 'write drop or error' })
    .prefault('drop')
    .describe(
      'What happens to settings of a request that a deployment of another wire format cannot carry: `drop` leaves them out and names them in `x-sallyport-dropped`, `error` asks the next deployment, or refuses.',
    ),
  deployments: list(deploymentSettings, 100)
    .refine((deployments) => deployments.length > 0, { error: 'needs at least one deployment' })
    .describe('Where this model can be had.'),
})

export const modelsSettings = named(modelName, modelSettings)
  .prefault({})
  .meta({
    description: 'The names that clients use, each with the deployments that serve it.',
    examples: [
      {
        fast: {
          policy: 'priority',
          deployments: [
            { provider: 'openai', model: 'gpt-5-mini', timeout: '30s' },
            { provider: 'office', model: 'llama-3.3-8b', priority: 2 },
          ],
        },
      },
    ],
  })

export const timeoutSettings = section({
  total: duration('1s', '24h').prefault('10m').describe('A whole call, over all its attempts.'),
  attempt: duration('1s', '24h').prefault('5m').describe('One attempt at an answer that is not streamed.'),
  first_token: duration('100ms', '1h').prefault('30s').describe('Until the first token of a stream.'),
  stall: duration('100ms', '1h').prefault('30s').describe('Between two tokens of a stream.'),
  headers_wait: duration('0s', '5m')
    .prefault('10s')
    .describe('How long a stream keeps its status back, so that a failure can still become one.'),
  keep_alive: duration('1s', '5m')
    .prefault('15s')
    .describe('Between comments that keep a silent stream open.'),
})

export type DeploymentSettings = z.output<typeof deploymentSettings>
export type ModelSettings = z.output<typeof modelSettings>
export type ModelsSettings = z.output<typeof modelsSettings>
export type TimeoutSettings = z.output<typeof timeoutSettings>

/** `8192`, `200k`, `1M`: tokens are counted in thousands, never in powers of two. */
function tokenCount() {
  return z
    .union([z.number(), z.string().regex(/^\d{1,9}(\.\d{1,3})?[kM]$/, { error: tokensAdvice })], {
      error: tokensAdvice,
    })
    .transform(tokensOf)
    .refine((tokens) => Number.isInteger(tokens) && tokens >= 1 && tokens <= tokensMax, {
      error: tokensAdvice,
    })
    .meta({ title: 'tokens' })
}

function tokensOf(written: number | string): number {
  if (typeof written === 'number') return written
  return Math.round(Number.parseFloat(written) * (written.endsWith('k') ? 1_000 : 1_000_000))
}

function policyAdvice(written: unknown): string {
  const planned = typeof written === 'string' && plannedPolicies.has(written)
  const advice = 'write `policy: priority` or leave it out'
  return planned ? `this version chooses by priority only, not by ${written}; ${advice}` : advice
}
