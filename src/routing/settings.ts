// The settings of models: where each can be had, how one of these places is chosen, and what happens when it fails.
import * as z from 'zod'
import { checkUses, narrowingSettings } from './narrowing/settings.ts'
import { rates } from '../platform/rate-values.ts'
import {
  duration,
  label,
  list,
  named,
  off,
  onOff,
  providerModel,
  residencyDemand,
  section,
} from '../platform/setting-values.ts'
import { priceSettings, tokenCount } from './price/settings.ts'
import { lifeSettings, modelLifeSettings } from './life/settings.ts'

const nameAdvice =
  'a model\'s name has letters, digits, ".", "_", ":" and "-", and no "/", which stands for provider/model'

const modelName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, { error: nameAdvice })

export const policies = [
  'priority',
  'weighted',
  'round_robin',
  'random',
  'least_latency',
  'least_cost',
  'least_busy',
  'best_quality',
] as const

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

/** What the account behind a deployment lets through. Calls at a time are `max_concurrency`: for these, calls can wait. */
export const deploymentLimitSettings = section({
  requests: rates().describe('Attempts.'),
  input_tokens: rates().describe('Tokens of requests.'),
  output_tokens: rates().describe('Tokens of answers.'),
  tokens: rates().describe('Tokens of both together.'),
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
    .describe('Lower is tried first; among equals the policy decides.'),
  weight: z
    .number()
    .min(0)
    .max(1_000_000)
    .prefault(1)
    .describe(
      'Its part of the calls where the policy is `weighted`, and where callers are held to a deployment.',
    ),
  region: label()
    .optional()
    .describe(
      "Where it runs, where that is not where its provider does. It holds for this provider's model everywhere.",
    ),
  class: label().optional().describe('What kind of place it is, where that is not what its provider is.'),
  tags: list(label(), 20).prefault([]).describe('Words that rules and splits choose it by.'),
  price: priceSettings.optional().meta({
    description: 'What it costs: what `least_cost` goes by, and what its calls are charged at.',
    examples: [{ input: 0.25, output: 2, cached_input: 0.025, discount: 10 }],
  }),
  quality: z.number().min(0).max(100).optional().describe('A score, 0 to 100: what `best_quality` goes by.'),
  prefill: onOff()
    .prefault('off')
    .describe(
      'Whether the model goes on with an assistant message that it is given, as most self-hosted ones do. A broken stream is then gone on with more smoothly.',
    ),
  max_concurrency: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Calls that it may have at a time. Left out, what it can take is found out.'),
  limits: deploymentLimitSettings.optional().meta({
    description:
      "How much it is asked for: what its provider lets through, as a rule. When nothing is left, the next deployment is asked. It holds for this provider's model everywhere.",
    examples: [{ requests: '500/m', tokens: '200k/m' }],
  }),
  capabilities: capabilitySettings.optional().meta({
    description: 'What it can do, where it is not what is publicly known of the model.',
    examples: [{ vision: false, context: '32k' }],
  }),
  ...lifeSettings,
})

const stickyAdvice = 'write off, key, user, conversation or header:NAME'

export const hedgeSettings = section({
  after: duration('100ms', '5m')
    .optional()
    .describe('How late the first token has to be. Left out, later than in 95 of 100 calls.'),
  min: duration('100ms', '1m').prefault('500ms').describe('Never sooner than this.'),
})

export const lastResortSettings = section({
  deployment: deploymentSettings
    .optional()
    .describe(
      'Asked when no other deployment answered, once more than `attempts` if need be: a local model, as a rule.',
    ),
  message: z
    .string()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Words that are the answer then, marked by the header `x-sallyport-canned: true`.'),
})

export const modelSettings = section({
  policy: z
    .enum(policies, { error: `write one of ${policies.join(', ')}` })
    .prefault('priority')
    .describe(
      'How one of the deployments of the lowest priority is chosen: `priority` takes the first of the list that is well, `least_latency` and `least_busy` go by what is measured, `least_cost` by `price`, `best_quality` by `quality`.',
    ),
  sticky: z
    .union(
      [
        off(),
        z.enum(['key', 'user', 'conversation']),
        z.string().regex(/^header:[A-Za-z0-9-]{1,64}$/, { error: stickyAdvice }),
      ],
      {
        error: stickyAdvice,
      },
    )
    .prefault('off')
    .meta({
      description:
        'Calls of one `key`, `user` (as the request names it), `conversation` or `header:NAME` go to the same deployment, while it is well.',
      examples: ['user', 'header:x-tenant'],
    }),
  attempts: z
    .int()
    .min(1)
    .max(10)
    .prefault(3)
    .describe('Attempts of a call, over all deployments. What may be retried at all is bounded by budgets.'),
  max_concurrency: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Calls of this model at a time, over all deployments. More wait in line.'),
  on_break: z
    .enum(['error', 'continue'], { error: 'write error or continue' })
    .prefault('error')
    .describe(
      'What becomes of a stream that breaks after its first content: `error` ends it with an error event, `continue` lets another deployment go on with it where that can be done exactly.',
    ),
  hedge: z
    .union([off(), hedgeSettings], {
      error: 'write off, or {} to ask a second deployment when the first is late',
    })
    .prefault('off')
    .meta({
      description:
        'Whether a second deployment is asked when the first token of a stream is late. Whoever is first answers; the other is stopped, and still costs money.',
      examples: [{ min: '800ms' }],
    }),
  last_resort: z
    .union([off(), lastResortSettings], {
      error: 'write off, or what answers: { deployment: …, message: … }',
    })
    .prefault('off')
    .meta({
      description: 'What answers when no deployment does. An error of the request itself stays one.',
      examples: [{ message: 'Our assistant is away for a moment. Please try again soon.' }],
    }),
  on_unsupported: z
    .enum(['drop', 'error'], { error: 'write drop or error' })
    .prefault('drop')
    .describe(
      'What happens to settings of a request that a deployment of another wire format cannot carry: `drop` leaves them out and names them in `x-sallyport-dropped`, `error` asks the next deployment, or refuses.',
    ),
  residency: residencyDemand()
    .optional()
    .meta({
      description:
        'Where its calls have to stay. Whoever is elsewhere, or nobody knows where, is never asked, whatever fails; keys, teams and clients can only demand more.',
      examples: [{ regions: ['eu'] }, { classes: ['self-hosted'] }],
    }),
  ...modelLifeSettings,
  deployments: list(deploymentSettings, 100)
    .refine((deployments) => deployments.length > 0, { error: 'needs at least one deployment' })
    .describe('Where this model can be had.'),
  ...narrowingSettings,
}).superRefine(checkUses)

export const modelsSettings = named(modelName, modelSettings)
  .prefault({})
  .meta({
    description: 'The names that clients use, each with the deployments that serve it.',
    examples: [
      {
        fast: {
          policy: 'least_latency',
          deployments: [
            { provider: 'openai', model: 'gpt-5-mini', timeout: '30s', tags: ['cloud'] },
            { provider: 'office', model: 'llama-3.3-8b', priority: 2 },
          ],
        },
      },
    ],
  })

export const routingSettings = section({
  failures_in_row: z
    .int()
    .min(1)
    .max(1_000)
    .prefault(5)
    .describe('So many failures one after the other open the breaker of a deployment.'),
  failure_rate: z
    .number()
    .min(0.01)
    .max(1)
    .prefault(0.5)
    .describe('So does this part of the calls of `window`, from `calls_min` calls on.'),
  calls_min: z.int().min(1).max(1_000_000).prefault(20).describe('Fewer calls say nothing about a rate.'),
  window: duration('1s', '10m').prefault('30s').describe('How far back calls count.'),
  ejection: duration('100ms', '1h')
    .prefault('10s')
    .describe('How long a deployment is left alone at first; each further time twice as long.'),
  ejection_max: duration('1s', '24h').prefault('5m').describe('And never longer.'),
  slow_start: duration('0s', '1h')
    .prefault('30s')
    .describe('How long a deployment that came back takes to get its whole weight again.'),
  outliers: onOff()
    .prefault('on')
    .describe(
      'Whether a deployment that does far worse than the others of its model is left alone: from five deployments with a hundred calls each on.',
    ),
  adaptive_concurrency: onOff()
    .prefault('on')
    .describe(
      'Whether a deployment that says it is overloaded is given fewer calls at a time, until it is well again.',
    ),
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
export type RoutingSettings = z.output<typeof routingSettings>
export type TimeoutSettings = z.output<typeof timeoutSettings>
