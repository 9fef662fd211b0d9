// The settings of the edge: where it listens, how large a request may be, and how it goes away.
import * as z from 'zod'
import {
  addressRange,
  duration,
  list,
  off,
  onOff,
  secretReference,
  section,
  size,
} from '../platform/setting-values.ts'

const hostAdvice = 'write an IP address or a host name without scheme and port, such as 127.0.0.1 or 0.0.0.0'
const originAdvice = 'write an origin such as https://app.example.com, or "*"'

const origin = z
  .string({ error: originAdvice })
  .regex(/^(\*|https?:\/\/[^/?#@\s]+)$/, { error: originAdvice })
  .meta({ title: 'origin' })

const tls = section({
  cert: secretReference().describe('The certificate and its chain, in PEM.'),
  key: secretReference().describe('The private key, in PEM.'),
})

const hostName = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+)$/, {
    error: hostAdvice,
  })
  .refine((text) => !/^[^:]+:\d+$/.test(text), { error: hostAdvice })

const operators = section({
  host: hostName.prefault('127.0.0.1').describe('The address to listen on.'),
  port: z.int().min(0).max(65_535).describe('The port to listen on. 0 takes any free one.'),
})

export const serverSettings = section({
  host: hostName
    .prefault('127.0.0.1')
    .describe('The address to listen on. `0.0.0.0` listens on all of them.'),
  port: z.int().min(0).max(65_535).prefault(4117).describe('The port to listen on. 0 takes any free one.'),
  workers: z
    .union([z.int().min(1).max(64), z.literal('auto')], { error: 'write a number from 1 to 64, or auto' })
    .prefault(1)
    .describe(
      'Processes that serve the port together, each on a core of its own. `auto` is one for each core. Read at the start; only on Linux can it be more than 1.',
    ),
  body_limit: size('1KB', '1GB').prefault('10MB').describe('The largest body of a request.'),
  trusted_proxies: list(addressRange(), 100)
    .prefault([])
    .describe('Proxies in front whose `X-Forwarded-For` is believed.'),
  cors: z
    .union([off(), list(origin, 100)], { error: 'write off, or a list of origins' })
    .prefault('off')
    .describe('Origins whose web pages may call: `off`, or a list.'),
  tls: z
    .union([off(), tls], { error: 'write off, or { cert: file:PATH, key: file:PATH }' })
    .prefault('off')
    .describe('`off`, or the certificate and key to speak HTTPS with.'),
  admin: z
    .union([off(), operators], { error: 'write off, or { port: 4118 }' })
    .prefault('off')
    .describe(
      'A listener of their own for operators: the admin API and `/metrics` are then there, and nowhere else. It speaks HTTPS where the other one does.',
    ),
  recheck_keys: duration('1s', '1h')
    .prefault('60s')
    .describe(
      'How often calls under way are looked at whose key or token may have come to its end. A key that is revoked ends its calls within two seconds, whatever stands here.',
    ),
  drain_delay: duration('0s', '5m')
    .prefault('5s')
    .describe('How long a stopping process still takes calls while /ready says that it is leaving.'),
  drain_timeout: duration('1s', '2h')
    .prefault('10m')
    .describe('How long a stopping process waits for running calls, from the signal on.'),
})

const share = () => z.number().min(0.001).max(1)

export const overloadSettings = section({
  shed: onOff()
    .prefault('on')
    .describe('Whether calls are turned away when there are too many, those of the lowest priority first.'),
  calls_max: z
    .int()
    .min(1)
    .max(1_000_000)
    .prefault(10_000)
    .describe('Calls under way at a time. A fifth of them is kept for keys of high and critical priority.'),
  delay_from: duration('1ms', '10s')
    .prefault('50ms')
    .describe('From this smoothed delay of the event loop on the gateway counts as pressed.'),
  delay_to: duration('2ms', '1m').prefault('250ms').describe('And here nothing but critical calls comes in.'),
  memory_from: share()
    .prefault(0.8)
    .describe('The same for memory, as a part of what the process may have: its container, or the machine.'),
  memory_to: share().prefault(0.95).describe('And here nothing but critical calls comes in.'),
})
  .refine(({ delay_from: from, delay_to: to }) => from < to, {
    error: 'must be more than delay_from',
    path: ['delay_to'],
  })
  .refine(({ memory_from: from, memory_to: to }) => from < to, {
    error: 'must be more than memory_from',
    path: ['memory_to'],
  })

export type OverloadSettings = z.output<typeof overloadSettings>
export type ServerSettings = z.output<typeof serverSettings>
