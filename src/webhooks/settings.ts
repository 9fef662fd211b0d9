// The settings of webhooks: who is told of what, and by which secret they know that it was us.
import * as z from 'zod'
import { duration, list, onOff, secretReference, section } from '../platform/setting-values.ts'
import { webhookEventNames } from './webhook-event.ts'

const wordAdvice = 'write up to 64 letters, digits, ".", "_" and "-", the first one a letter or digit'
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: wordAdvice })

const urlAdvice = 'write an address such as https://hooks.example.com/sallyport, without a user or "#"'

/** A query is let through: receivers have their own tokens in it. */
const url = z.string().refine(isWebAddress, { error: urlAdvice }).meta({ title: 'address' })

function isWebAddress(text: string): boolean {
  const parsed = URL.parse(text)
  if (parsed === null || text.length > 2_048 || /[\s#]/.test(text)) return false
  return /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === ''
}

const groups = [...new Set(webhookEventNames.map((name) => `${name.split('.')[0]}.*`))]
const events = z.enum(['*', ...groups, ...webhookEventNames], {
  error: `write events or groups of them: ${['*', ...groups, ...webhookEventNames].join(', ')}`,
})

export const webhookSettings = section({
  name: word.describe('What the endpoint is called in logs, metrics and the admin API.'),
  url: url.describe(
    'Where events are sent. An address of this machine or of a private network must be allowed by `egress.allow`.',
  ),
  insecure: onOff()
    .prefault('off')
    .describe('Whether `url` may be `http://`, where everybody on the way can read and change what is sent.'),
  secret: secretReference().describe(
    'What deliveries are signed with: `whsec_` and 24 to 64 random bytes in base64.',
  ),
  previous_secret: secretReference()
    .optional()
    .describe('The secret before, while receivers change over: both sign.'),
  events: list(events, 50)
    .refine((names) => names.length > 0, { error: 'leave it out to send all events' })
    .prefault(['*'])
    .describe('Which events are sent there, by name or by group (`budget.*`).'),
  timeout: duration('1s', '30s').prefault('15s').describe('How long an endpoint may take to answer.'),
}).refine(({ url: written, insecure }) => insecure || written.startsWith('https:'), {
  error: 'must begin with https://, or be allowed by insecure: on',
  path: ['url'],
})

export const webhooksSettings = list(webhookSettings, 20)
  .prefault([])
  .meta({
    description: 'Who is told of budgets that are used up, models that end and deployments that fail.',
    examples: [
      [
        {
          name: 'ops',
          url: 'https://hooks.example.com/sallyport',
          secret: 'env:WEBHOOK_SECRET',
          events: ['budget.*', 'deployment.ejected'],
        },
      ],
    ],
  })

export type WebhookSettings = z.output<typeof webhookSettings>

/** What checks a secret is what reads it later. */
export { webhookKeyOf } from './webhook-key.ts'
