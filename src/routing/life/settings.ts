// The settings of a deployment's life: days that somebody has read in its provider's announcements.
import * as z from 'zod'
import { day, off, providerModel } from '../../platform/setting-values.ts'

/** Members of `models.<name>.deployments[]`. */
export const lifeSettings = {
  deprecated: day()
    .optional()
    .describe(
      'From this day on (UTC) its answers say that it is deprecated: `deprecation`, `sunset` and `link` headers, a line in the log each day, a metric.',
    ),
  retires: day()
    .optional()
    .describe('From this day on (UTC) it is not asked any more, unless `retired` is `allow`.'),
  replaced_by: providerModel()
    .optional()
    .describe('What to use instead, told to clients: a model of this file, or provider/model.'),
  retired: z
    .enum(['refuse', 'allow'], { error: 'write refuse or allow' })
    .prefault('refuse')
    .describe('Whether it is asked even after `retires`.'),
  version: z
    .enum(['pinned', 'floating'], { error: 'write pinned or floating' })
    .optional()
    .describe(
      'Whether its name always means the same weights, as calls with `x-sallyport-deterministic` need it. Left out, a name with a date or a revision is taken for pinned.',
    ),
}

/** Members of `models.<name>`. */
export const modelLifeSettings = {
  on_retired: z
    .enum(['error', 'replace'], { error: 'write error or replace' })
    .prefault('error')
    .describe(
      'What happens when all deployments have retired: `error` answers 404 and names the replacement, `replace` asks what `replaced_by` of a deployment names.',
    ),
  deterministic: z
    .union([off(), z.literal('required')], { error: 'write off or required' })
    .prefault('off')
    .describe(
      'Whether all calls are held to what `x-sallyport-deterministic: required` asks for: a seed, a pinned version, and no other version instead.',
    ),
}
