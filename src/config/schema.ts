// The whole config, assembled. A setting is written down once, in the settings.ts of the feature that obeys it; this
// file knows only which sections there are and in which order people read them.
import type * as z from 'zod'
import { bodiesSetting } from '../bodies/settings.ts'
import { overloadSettings, serverSettings } from '../http/settings.ts'
import { oidcSettings } from '../keys/oidc/settings.ts'
import { failedKeysSetting, keysSettings, teamsSettings } from '../keys/settings.ts'
import { budgetsSettings, limitsSettings } from '../limits/settings.ts'
import { section } from '../platform/setting-values.ts'
import { discoverSetting, egressSettings, providersSettings } from '../providers/settings.ts'
import { responsesSettings } from '../responses/settings.ts'
import { modelsSettings, routingSettings, timeoutSettings } from '../routing/settings.ts'
import { secretsSettings } from '../secrets/settings.ts'
import { databaseSetting, encryptionSettings, redisSetting } from '../store/settings.ts'
import { logMembers } from '../telemetry/settings.ts'
import { webhooksSettings } from '../webhooks/settings.ts'

export const configSchema = section({
  server: serverSettings.prefault({}).describe('Where Sallyport listens, and how it stops.'),
  overload: overloadSettings.prefault({}).describe('When there are too many calls, and what happens then.'),
  database: databaseSetting,
  redis: redisSetting,
  encryption: encryptionSettings.prefault({}).describe('What is kept of calls, encrypted where it lies.'),
  discover: discoverSetting,
  log: section({ ...logMembers, bodies: bodiesSetting })
    .prefault({})
    .describe('What is written to standard output, and what is kept of prompts and answers.'),
  egress: egressSettings.prefault({}).describe('The way out to providers.'),
  timeouts: timeoutSettings.prefault({}).describe('How long a call may take.'),
  routing: routingSettings
    .prefault({})
    .describe('When a deployment is left alone, and when it is tried again.'),
  limits: limitsSettings.prefault({}),
  budgets: budgetsSettings.prefault({}),
  responses: responsesSettings
    .prefault({})
    .describe('Responses that are kept, so that conversations can go on.'),
  secrets: secretsSettings
    .prefault({})
    .describe('Where keys are kept outside this machine, and when they are due for a change.'),
  providers: providersSettings,
  models: modelsSettings,
  teams: teamsSettings,
  keys: keysSettings,
  oidc: oidcSettings,
  failed_keys: failedKeysSetting,
  webhooks: webhooksSettings,
})

/** What the file says, read: defaults filled in, durations in milliseconds, sizes in bytes. Frozen. */
export type Config = z.output<typeof configSchema>
