// The settings of declared keys, for those who keep everything in a repository. An empty list is refused: it would
// read as "nothing" and mean "everything".
import * as z from 'zod'
import { scopes } from '../core/caller.ts'
import { priorityNames, readPriority } from '../core/priority.ts'
import { list, secretReference, section } from '../platform/setting-values.ts'

const nameAdvice = 'a key\'s name has letters, digits, ".", "_" and "-"'

export const keySettings = section({
  name: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: nameAdvice })
    .describe('What the key is called in logs and records.'),
  secret: secretReference().describe('The key itself, at least 16 characters, named as `env:` or `file:`.'),
  models: list(z.string(), 1_000)
    .refine((models) => models.length > 0, { error: 'leave it out to allow every model' })
    .optional()
    .describe(
      'Models it may call: names under `models`, `provider/model`, or with `*` for any run of characters, such as `openai/*`. Left out: every one.',
    ),
  scopes: list(z.enum(scopes), scopes.length)
    .refine((granted) => granted.length > 0, { error: 'leave it out to allow every scope but admin' })
    .optional()
    .describe(
      'What it may be used for. Left out: everything but `admin`, which a key has only where it is named.',
    ),
  priority: z
    .enum(priorityNames, { error: `write one of ${priorityNames.join(', ')}` })
    .prefault('default')
    .transform((name) => readPriority(name))
    .describe(
      'How much its calls matter when there are too many: `low` is turned away first, `critical` last. A call may ask for less with `x-sallyport-priority`.',
    ),
})

export const keysSettings = list(keySettings, 10_000)
  .prefault([])
  .meta({
    description: 'Keys that clients may call with. Others are made with `sallyport keys create`.',
    examples: [[{ name: 'ci', secret: 'env:SALLYPORT_CI_KEY', models: ['fast'], scopes: ['chat'] }]],
  })

export type KeySettings = z.output<typeof keySettings>
export type KeysSettings = z.output<typeof keysSettings>
