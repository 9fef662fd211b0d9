// The settings of kept responses.
import type * as z from 'zod'
import { duration, onOff, section, size } from '../platform/setting-values.ts'

export const responsesSettings = section({
  store: onOff()
    .prefault('on')
    .describe('Whether responses are kept that clients do not ask to forget (`"store": false`).'),
  keep: duration('1m', '365d')
    .prefault('30d')
    .describe('How long a response is kept after the last one that goes on with it.'),
  size_limit: size('1KB', '32MB')
    .prefault('4MB')
    .describe(
      'The largest response that is kept, with the input of its own request. A larger one is answered and not kept.',
    ),
})

export type ResponsesSettings = z.output<typeof responsesSettings>
