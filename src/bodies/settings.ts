// The settings of kept bodies. Nothing that anybody says is kept unless this asks for it.
import * as z from 'zod'
import { duration, list, off, section, size } from '../platform/setting-values.ts'
import { maskNames } from './masks/mask-names.ts'

const maskAdvice = `write off, or a list of ${maskNames.join(', ')}`

const keptBodies = section({
  sample: z
    .number({ error: 'write a part of the calls, such as 0.1' })
    .gt(0)
    .max(1)
    .prefault(1)
    .describe('Which part of the calls is kept, drawn by lot.'),
  mask: z
    .union([off(), list(z.enum(maskNames), maskNames.length)], { error: maskAdvice })
    .refine((masks) => masks === 'off' || masks.length > 0, { error: 'write off to mask nothing' })
    .prefault([...maskNames])
    .describe(
      'What is made unreadable before anything is written: API keys, bearer tokens, e-mail addresses, card numbers and IBANs whose check digits are right.',
    ),
  max: size('1KB', '1MB')
    .prefault('64KB')
    .describe('How much of a prompt, and of an answer, is kept at most. The rest is left out.'),
  retention: duration('1m', '365d').prefault('7d').describe('How long they are kept.'),
})

export const bodiesSetting = z
  .union([off(), keptBodies], { error: 'write off, or {} to keep what prompts and answers say' })
  .prefault('off')
  .meta({
    description:
      'Whether the texts of prompts and answers are kept: in a table of their own, never in the log itself. Keys can be left out with `keep_bodies: off`.',
  })

export type BodiesSetting = z.output<typeof bodiesSetting>
export type BodiesSettings = Exclude<BodiesSetting, 'off'>
