// From text to a config, or to everything that is wrong with it at once. Pure: files and environment come in as
// facts. Shape is read first; references and secrets are checked on all that could be read, also beside wrong parts.
import type { StoredReference } from '../core/secret.ts'
import type { EgressSettings } from '../providers/settings.ts'
import type { SecretsSettings } from '../secrets/settings.ts'
import type { EncryptionSettings } from '../store/settings.ts'
import { checkKeys } from './check-keys.ts'
import { checkLives } from './check-lives.ts'
import { checkModels } from './check-models.ts'
import { checkProviders } from './check-providers.ts'
import { checkResidency } from './check-residency.ts'
import { checkSecretStores } from './check-secret-stores.ts'
import { readSecrets } from './check-secrets.ts'
import type { Secrets } from './check-secrets.ts'
import { checkWebhooks } from './check-webhooks.ts'
import type { Facts } from './facts.ts'
import type { Finding, Problem } from './problem.ts'
import { readShape } from './read-shape.ts'
import type { Draft } from './read-shape.ts'
import { readYaml } from './read-yaml.ts'
import type { Config } from './schema.ts'

export type ConfigOutcome = Needs &
  (
    | { readonly ok: true; readonly config: Config; readonly secrets: Secrets }
    | { readonly ok: false; readonly problems: readonly Problem[] }
  )

/** What has to be had from stores outside, and by which settings: told of a refused config as well. */
export interface Needs {
  /** Undefined where nothing of that kind is named, or the settings themselves are wrong. */
  readonly needs:
    | {
        readonly stored: readonly StoredReference[]
        readonly secrets: SecretsSettings
        readonly egress: EgressSettings
        readonly encryption: EncryptionSettings
      }
    | undefined
}

export function parseConfig(text: string, facts: Facts): ConfigOutcome {
  const read = readYaml(text)
  if (!read.ok) return { ok: false, problems: read.problems, needs: undefined }
  const { yaml } = read

  const shape = readShape(yaml.value)
  const draft: Draft = shape.ok ? shape.config : shape.draft
  const { secrets, findings: secretFindings, stored } = readSecrets(draft, facts)
  const findings = [
    ...yaml.findings,
    ...(shape.ok ? [] : shape.findings),
    ...checkServer(draft),
    ...checkSecretStores(draft, stored),
    ...checkProviders(draft, facts),
    ...checkModels(draft, facts),
    ...checkLives(draft, facts),
    ...checkResidency(draft),
    ...checkKeys(draft, facts),
    ...checkWebhooks(draft),
    ...secretFindings,
  ]
  const needs =
    stored.length === 0 || draft.secrets === null || draft.egress === null || draft.encryption === null
      ? undefined
      : { stored, secrets: draft.secrets, egress: draft.egress, encryption: draft.encryption }
  if (shape.ok && findings.length === 0) return { ok: true, config: shape.config, secrets, needs }
  return {
    ok: false,
    needs,
    problems: firstOfEach(findings)
      .map((finding) => yaml.locate(finding))
      .toSorted(byPosition),
  }
}

/** One finding for each name or value: what else is said of it follows from the first. */
function firstOfEach(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>()
  for (const finding of findings) {
    const place = JSON.stringify([finding.at, finding.path])
    if (!first.has(place)) first.set(place, finding)
  }
  return [...first.values()]
}

function checkServer(draft: Draft): Finding[] {
  if (draft.server === null || draft.server.drain_delay < draft.server.drain_timeout) return []
  const message = 'must be longer than drain_delay, which is a part of it'
  return [{ path: ['server', 'drain_timeout'], at: 'value', message }]
}

function byPosition(left: Problem, right: Problem): number {
  return left.line - right.line || left.column - right.column
}
