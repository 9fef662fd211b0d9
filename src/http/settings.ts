// The settings of the edge: where it listens, how large a request may be, and how it goes away.
import * as z from 'zod'
import {
  addressRange,
  duration,
  list,
  off,
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

export const serverSettings = section({
  host: z
    .string()
    .regex(/^([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+)$/, {
      error: hostAdvice,
    })
    .refine((text) => !/^[^:]+:\d+$/.test(text), { error: hostAdvice })
    .prefault('127.0.0.1')
    .describe('The address to listen on. `0.0.0.0` listens on all of them.'),
  port: z.int().min(0).max(65_535).prefault(4117).describe('The port to listen on. 0 takes any free one.'),
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
  drain_delay: duration('0s', '5m')
    .prefault('5s')
    .describe('How long a stopping process still takes calls while /ready says that it is leaving.'),
  drain_timeout: duration('1s', '2h')
    .prefault('10m')
    .describe('How long a stopping process waits for running calls, from the signal on.'),
})

export type ServerSettings = z.output<typeof serverSettings>
