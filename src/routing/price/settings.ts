// The settings of a price: dollars for a million tokens, as price lists have them, by kind of token; and what changes
// them: long requests, service tiers, the hour, a discount.
import * as z from 'zod'
import { label, list, named, section } from '../../platform/setting-values.ts'

const rateAdvice = 'write dollars for a million tokens, such as 0.25'
const hourAdvice = 'write an hour of the day in UTC, such as 16:30'
const tokensAdvice = 'write a number of tokens, such as 8192, 200k or 1M'
const tokensMax = 1_000_000_000

/** Dollars for a million tokens, to the sixth decimal. */
const rate = z.number({ error: rateAdvice }).min(0, { error: rateAdvice }).max(100_000, { error: rateAdvice })

/** Kinds that are billed apart by some. What is left out costs what the plain tokens cost. */
const kinds = {
  cached_input: rate
    .optional()
    .describe(
      'Dollars for a million tokens that the provider has in its prompt cache. Left out, they are charged like `input`; to choose by, a tenth of it is taken.',
    ),
  cache_write: rate
    .optional()
    .describe('Dollars for a million tokens that it writes into that cache. Left out, `input`.'),
  cache_write_hour: rate
    .optional()
    .describe('The same for those that it keeps for an hour. Left out, `cache_write`.'),
  audio_input: rate
    .optional()
    .describe('Dollars for a million tokens of recordings in a request. Left out, `input`.'),
  image_input: rate
    .optional()
    .describe('Dollars for a million tokens of images in a request. Left out, `input`.'),
  reasoning: rate
    .optional()
    .describe('Dollars for a million tokens of thinking, where they cost other than `output`.'),
  audio_output: rate
    .optional()
    .describe('Dollars for a million tokens of speech in an answer. Left out, `output`.'),
  image_output: rate
    .optional()
    .describe('Dollars for a million tokens of images in an answer. Left out, `output`.'),
}

const otherRates = {
  input: rate.optional().describe('Dollars for a million tokens of a request, under this condition.'),
  output: rate.optional().describe('Dollars for a million tokens of an answer, under this condition.'),
  ...kinds,
}

const factor = z
  .number()
  .min(0)
  .max(100)
  .optional()
  .describe('Every token costs so many times what it costs otherwise: 0.5 is half.')

const hourOfDay = z
  .string({ error: hourAdvice })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: hourAdvice })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))

export const priceSettings = section({
  input: rate.describe('Dollars for a million tokens of a request.'),
  output: rate.describe('Dollars for a million tokens of an answer.'),
  ...kinds,
  call: z.number().min(0).max(1_000).optional().describe('Dollars that each call costs besides its tokens.'),
  discount: z.number().min(0).max(100).optional().describe('Percent that an agreement takes off everything.'),
  hourly: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe(
      'Dollars that it costs by the hour, whatever flows (provisioned throughput, committed use). Its calls then cost nothing, and what they would have cost is still recorded. The hours themselves are in no record and in no sum: they are on the bill of the provider.',
    ),
  above: list(
    section({
      input_tokens: tokenCount().describe('Requests with more tokens than this.'),
      ...otherRates,
    }),
    10,
  )
    .optional()
    .meta({
      description: 'Other rates for long requests: then all of the call is charged at them.',
      examples: [[{ input_tokens: '200k', input: 6, output: 22.5 }]],
    }),
  service_tiers: named(label(), section({ factor, ...otherRates }))
    .optional()
    .meta({
      description:
        'Other rates by the service tier that the provider reports, such as `flex` or `priority`; `batch` is for what goes in batches.',
      examples: [{ flex: { factor: 0.5 }, priority: { input: 3.5, output: 28 } }],
    }),
  hours: list(
    section({
      from: hourOfDay.meta({ title: 'hour of day' }).describe('From this hour on, in UTC.'),
      until: hourOfDay
        .meta({ title: 'hour of day' })
        .describe('Until before this one; of the next day where it is not later than `from`.'),
      factor,
      ...otherRates,
    }),
    24,
  )
    .optional()
    .meta({
      description: 'Other rates in certain hours of the day.',
      examples: [[{ from: '16:30', until: '00:30', factor: 0.5 }]],
    }),
})

export type PriceSettings = z.output<typeof priceSettings>

/** `8192`, `200k`, `1M`: tokens are counted in thousands, never in powers of two. */
export function tokenCount() {
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
