// The shape of a config: which settings there are and what may stand in each. When a part is wrong the other parts
// are read all the same (`Draft`), so that what they refer to is checked in the same run.
import type * as z from 'zod'
import type { ServerSettings } from '../http/settings.ts'
import { serverSettings } from '../http/settings.ts'
import { issuerSettings } from '../keys/oidc/settings.ts'
import type { IssuerSettings } from '../keys/oidc/settings.ts'
import { keySettings, teamSettings } from '../keys/settings.ts'
import type { KeySettings, TeamSettings } from '../keys/settings.ts'
import { discoverSetting, egressSettings, providerSettings } from '../providers/settings.ts'
import type { EgressSettings, ProviderSettings } from '../providers/settings.ts'
import { residencyDemand } from '../platform/setting-values.ts'
import { deploymentSettings, lastResortSettings } from '../routing/settings.ts'
import type { DeploymentSettings, ModelSettings } from '../routing/settings.ts'
import { secretsSettings } from '../secrets/settings.ts'
import type { SecretsSettings } from '../secrets/settings.ts'
import { databaseSetting, encryptionSettings, redisSetting } from '../store/settings.ts'
import type { DatabaseSetting, EncryptionSettings, RedisSetting } from '../store/settings.ts'
import { webhookSettings } from '../webhooks/settings.ts'
import type { WebhookSettings } from '../webhooks/settings.ts'
import { explainIssues, wording } from './explain-shape.ts'
import type { Finding } from './problem.ts'
import { configSchema } from './schema.ts'
import type { Config } from './schema.ts'

/** What could be read. `null` stands for what is there but wrong, so that nobody calls it missing. */
export interface Draft {
  readonly discover: boolean
  readonly database: DatabaseSetting | null
  readonly redis: RedisSetting | null
  readonly server: ServerSettings | null
  readonly egress: EgressSettings | null
  readonly secrets: SecretsSettings | null
  readonly encryption: EncryptionSettings | null
  readonly providers: ReadonlyMap<string, ProviderSettings | null> | null
  readonly models: ReadonlyMap<string, DraftModel> | null
  readonly teams: ReadonlyMap<string, TeamSettings | null> | null
  readonly keys: readonly (KeySettings | null)[]
  readonly oidc: readonly (IssuerSettings | null)[]
  readonly webhooks: readonly (WebhookSettings | null)[]
}

export interface DraftModel {
  readonly on_retired: ModelSettings['on_retired']
  readonly deployments: readonly (DeploymentSettings | null)[]
  readonly last_resort?: ModelSettings['last_resort'] | null
  readonly residency?: ModelSettings['residency'] | null
}

export type Shape =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly draft: Draft; readonly findings: readonly Finding[] }

export function readShape(written: unknown): Shape {
  const value = withoutEmptySections(written)
  // zod compiles its checks by default, which pays after many files; a config is read once.
  const read = configSchema.safeParse(value, { error: wording, jitless: true, reportInput: true })
  if (read.success) return { ok: true, config: read.data }
  return {
    ok: false,
    draft: readDraft(group(value) ?? {}),
    findings: explainIssues(configSchema, read.error.issues),
  }
}

/** A section whose lines are all commented out is null in YAML and means nothing else than a section left out. */
function withoutEmptySections(written: unknown): unknown {
  if (written === null || written === undefined) return {}
  const sections = group(written)
  if (sections === undefined) return written
  const kept = Object.entries(sections).filter(([, value]) => value !== null)
  const providers = group(sections['providers'])
  const filled = providers && Object.entries(providers).map(([name, value]) => [name, value ?? {}])
  return { ...Object.fromEntries(kept), ...(filled && { providers: Object.fromEntries(filled) }) }
}

function readDraft(sections: Readonly<Record<string, unknown>>): Draft {
  return {
    discover: part(discoverSetting, sections['discover']) ?? true,
    database: part(databaseSetting, sections['database']),
    redis: part(redisSetting, sections['redis']),
    server: part(serverSettings, sections['server'] ?? {}),
    egress: part(egressSettings, sections['egress'] ?? {}),
    secrets: part(secretsSettings, sections['secrets'] ?? {}),
    encryption: part(encryptionSettings, sections['encryption'] ?? {}),
    providers: eachNamed(sections['providers'], (entry) => part(providerSettings, entry)),
    models: eachNamed(sections['models'], (entry) => ({
      on_retired: group(entry)?.['on_retired'] === 'replace' ? 'replace' : 'error',
      deployments: listed(group(entry)?.['deployments']).map((deployment) =>
        part(deploymentSettings, deployment),
      ),
      last_resort: part(lastResortSettings, group(entry)?.['last_resort']),
      residency: part(residencyDemand().optional(), group(entry)?.['residency']),
    })),
    teams: eachNamed(sections['teams'], (team) => part(teamSettings, team)),
    oidc: listed(sections['oidc']).map((issuer) => part(issuerSettings, issuer)),
    keys: listed(sections['keys']).map((key) => part(keySettings, key)),
    webhooks: listed(sections['webhooks']).map((webhook) => part(webhookSettings, webhook)),
  }
}

function part<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> | null {
  const read = schema.safeParse(value, { jitless: true })
  return read.success ? read.data : null
}

function eachNamed<Entry>(
  section: unknown,
  read: (entry: unknown) => Entry,
): ReadonlyMap<string, Entry> | null {
  if (section === undefined) return new Map()
  const entries = group(section)
  return entries === undefined
    ? null
    : new Map(Object.entries(entries).map(([name, entry]) => [name, read(entry)]))
}

function group(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isGroup ? (value as Readonly<Record<string, unknown>>) : undefined
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
