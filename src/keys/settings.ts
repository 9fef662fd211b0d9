// The settings of declared keys and of teams, for those who keep everything in a repository. An empty list is refused: it
// would read as "nothing" and mean "everything".
import * as z from 'zod'
import { priorityNames, readPriority } from '../core/priority.ts'
import { scopes } from '../core/scopes.ts'
import { userForm } from './user-form.ts'
import {
  addressRange,
  list,
  named,
  off,
  onOff,
  residencyDemand,
  secretReference,
  section,
} from '../platform/setting-values.ts'

const nameAdvice = 'a key\'s name has letters, digits, ".", "_" and "-"'
const wordAdvice = 'write up to 64 letters, digits, ".", "_" and "-", the first one a letter or digit'

/** A name that stands in records: a tenant's, a team's. */
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: wordAdvice })

const user = z.string().regex(userForm, { error: 'write up to 128 characters of ASCII without spaces' })

const tag = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,64}$/, { error: 'write letters, digits, "_", ".", ":" and "-"' })

const entryAdvice = 'write short names and texts, such as cost_centre: "12"'

const tokenCount = z.int({ error: 'write a whole number of tokens' }).min(1).max(100_000_000)

const answerBound = section({
  default: tokenCount.optional().describe('For requests that do not say how long their answer may be.'),
  max: tokenCount
    .optional()
    .describe(
      'How long an answer may be at most. Requests that say nothing get it where there is no `default`.',
    ),
  above: z
    .enum(['refuse', 'lower'])
    .prefault('refuse')
    .describe(
      'What becomes of a request for more: `refuse` answers 400 and says the bound, `lower` asks for as much as it may.',
    ),
}).refine(({ default: unasked, max }) => unasked === undefined || max === undefined || unasked <= max, {
  error: 'default must not be above max',
})

const allowed = {
  models: list(z.string(), 1_000)
    .refine((models) => models.length > 0, { error: 'leave it out to allow every model' })
    .optional(),
  scopes: list(z.enum(scopes), scopes.length)
    .refine((granted) => granted.length > 0, {
      error: 'leave it out to allow every scope but admin and metrics',
    })
    .optional(),
  addresses: list(addressRange(), 1_000)
    .refine((ranges) => ranges.length > 0, { error: 'leave it out to allow every address' })
    .optional(),
  tags: list(tag, 20).optional(),
  metadata: z
    .record(
      z.string().regex(/^[\w.-]{1,64}$/, { error: entryAdvice }),
      z.string({ error: entryAdvice }).max(256),
    )
    .refine((entries) => Object.keys(entries).length <= 20, { error: 'write up to 20 entries' })
    .readonly()
    .optional(),
  max_tokens: answerBound.optional(),
}

const defaultsSaid = {
  tags: allowed.tags.describe(
    'Words that rules go by and records carry, for calls that bring none of their own.',
  ),
  metadata: allowed.metadata.describe(
    'Names and texts that go with each call; those of the call itself win.',
  ),
  max_tokens: allowed.max_tokens.describe('How long the answers may be.'),
  residency: residencyDemand()
    .optional()
    .meta({
      description:
        'Where calls have to stay, whatever model they ask for. A key and its team both have to be obeyed.',
      examples: [{ regions: ['eu'] }],
    }),
  keep_bodies: onOff()
    .optional()
    .describe(
      '`off`: what is said is never kept, whatever `log.bodies` keeps of others. A team decides for its keys.',
    ),
}

export const teamSettings = section({
  tenant: word.optional().describe('The organisation that it is part of.'),
  models: allowed.models.describe(
    'Models that its keys may call at most, written as on a key. Left out: every one.',
  ),
  scopes: allowed.scopes.describe('What its keys may be used for at most. Left out: whatever the key says.'),
  addresses: allowed.addresses.describe('Where its keys may be used from at most. Left out: everywhere.'),
  ...defaultsSaid,
})

export const teamsSettings = named(word, teamSettings)
  .prefault({})
  .meta({
    description:
      'Teams: what holds for all keys and tokens that name one. A key has never more than its team.',
    examples: [{ research: { tenant: 'acme', models: ['fast'], max_tokens: { max: 4096 } } }],
  })

export const keySettings = section({
  name: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: nameAdvice })
    .describe('What the key is called in logs and records.'),
  secret: secretReference().describe(
    'The key itself, at least 16 characters, named as `env:`, `file:`, `vault:` or `aws:`.',
  ),
  team: word.optional().describe('Its team, a name under `teams`.'),
  user: user.optional().describe('Who uses it, for records.'),
  tenant: word
    .optional()
    .describe(
      'The organisation that it is part of, where its team does not say so. What one keeps no other finds.',
    ),
  models: allowed.models.describe(
    'Models it may call: names under `models`, `provider/model`, or with `*` for any run of characters, such as `openai/*`. Left out: every one.',
  ),
  scopes: allowed.scopes.describe(
    'What it may be used for. Left out: everything but `admin` and `metrics`, which must be named.',
  ),
  addresses: allowed.addresses.describe(
    'Addresses and ranges it may be used from, such as `10.0.0.0/8`. Left out: everywhere.',
  ),
  ...defaultsSaid,
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

const perMinute = z.int().min(1).max(1_000_000)

const failedKeys = section({
  per_address: perMinute
    .prefault(60)
    .describe('From one address (an IPv6 network of 64 bits counts as one), per minute.'),
  in_all: perMinute.prefault(6_000).describe('From all addresses together, per minute.'),
})

export const failedKeysSetting = z
  .union([off(), failedKeys], { error: 'write off, or { per_address: 60, in_all: 6000 }' })
  .prefault({})
  .describe('How many keys and tokens may be wrong before more of them get 429; `off` counts none.')

export type TeamSettings = z.output<typeof teamSettings>
/** What teams and keys both say. */
export type AllowanceSettings = Omit<TeamSettings, 'tenant'>
export type TeamsSettings = z.output<typeof teamsSettings>
export type KeySettings = z.output<typeof keySettings>
export type KeysSettings = z.output<typeof keysSettings>
export type FailedKeysSetting = z.output<typeof failedKeysSetting>
