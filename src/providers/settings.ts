// The settings of providers, and of the way out to them. A name from the catalogue needs only its key; what a type
// demands beyond that is checked where the catalogue is known (config/check-providers.ts).
import * as z from 'zod'
import { dialectNames } from '../core/model-request.ts'
import {
  destinationRange,
  duration,
  filePath,
  label,
  list,
  named,
  off,
  onOff,
  providerModel,
  secretReference,
  section,
  webAddress,
} from '../platform/setting-values.ts'

const nameAdvice = 'a provider\'s name has a-z, 0-9, "-" and "_", and starts with a letter or digit'

const proxyAdvice = 'write off, or an address such as http://proxy.example.com:3128'

const providerName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, { error: nameAdvice })

export const providerKeySettings = section({
  secret: secretReference().describe('A key to call it with, named as `env:`, `file:`, `vault:` or `aws:`.'),
  weight: z
    .number()
    .min(0)
    .max(1_000_000)
    .prefault(1)
    .describe('Its part of the calls among the keys that work; 0 is used only when no other works.'),
})

export const providerSettings = section({
  type: z
    .string()
    .optional()
    .describe(
      'A name from the catalogue, `openai-compatible` or `demo`. Left out, the name itself is the type.',
    ),
  api_key: secretReference()
    .optional()
    .describe('The key to call it with, named as `env:`, `file:`, `vault:` or `aws:`.'),
  api_keys: list(providerKeySettings, 100)
    .refine((keys) => keys.length > 0, { error: 'leave it out, or name a key' })
    .optional()
    .describe('Several keys for the same provider, in the place of `api_key`: each attempt uses one.'),
  base_url: webAddress('write an address such as http://127.0.0.1:8000/v1')
    .optional()
    .describe(
      'The address up to the version, such as http://127.0.0.1:8000/v1. The catalogue knows its own.',
    ),
  dialect: z
    .enum(dialectNames)
    .optional()
    .describe(
      "The one wire format to speak to it, of those that it has. Left out, a client's own where it has it, else its main one.",
    ),
  region: label().optional().describe('Where it runs, in your words, such as eu: what `residency` goes by.'),
  class: label()
    .optional()
    .describe('What kind of place it is, in your words, such as self-hosted: what `residency` goes by, too.'),
  heartbeat: z
    .union([off(), always(), z.literal('auto')], { error: 'write on, off or auto' })
    .prefault('auto')
    .describe(
      'Whether it is asked for its list of models between calls, to see if it is there: `auto` while a deployment of it is left alone, and servers of your own also while nobody calls them; `on` any provider also then.',
    ),
  models: list(providerModel(), 10_000)
    .optional()
    .describe('The models it has. Left out, it is asked for its list.'),
})

export const providersSettings = named(providerName, providerSettings)
  .prefault({})
  .meta({
    description: 'Whom to call, by a name of your choice. A name from the catalogue needs only its key.',
    examples: [
      {
        openai: { api_key: 'env:OPENAI_API_KEY' },
        office: {
          type: 'openai-compatible',
          base_url: 'http://127.0.0.1:8000/v1',
          region: 'eu',
          class: 'self-hosted',
          models: ['llama-3.3-8b'],
        },
      },
    ],
  })

export const egressSettings = section({
  allow: list(destinationRange(), 1_000)
    .prefault([])
    .describe(
      'Private addresses that providers may have when a name leads there. Others are never connected to.',
    ),
  proxy: z
    .union([off(), webAddress(proxyAdvice)], { error: proxyAdvice })
    .prefault('off')
    .describe('`off`, or the HTTP proxy that every connection to a provider goes through.'),
  ca_file: filePath()
    .optional()
    .meta({
      description: 'More certificate authorities to trust, in PEM.',
      examples: ['/etc/ssl/office.pem'],
    }),
  connect_timeout: duration('100ms', '1m')
    .prefault('3s')
    .describe('Until a connection stands, TLS included.'),
  write_timeout: duration('100ms', '5m').prefault('10s').describe('Until the request is sent.'),
  idle_timeout: duration('1s', '1h').prefault('60s').describe('Without a single byte of an answer.'),
})

export const discoverSetting = onOff()
  .prefault('on')
  .describe('Whether providers are also found by keys in the environment and by local model servers.')

export type ProviderSettings = z.output<typeof providerSettings>
export type ProviderKeySettings = z.output<typeof providerKeySettings>

export type ProvidersSettings = z.output<typeof providersSettings>
export type EgressSettings = z.output<typeof egressSettings>

function always() {
  return z
    .literal(['on', true])
    .meta({ title: 'on' })
    .transform(() => 'on' as const)
}
