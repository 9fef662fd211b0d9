// The capabilities that a config states for a deployment, in the words of the table.
import type { ThinkingStyle } from '../core/capabilities.ts'
import type { CapabilityOverrides } from './capabilities.ts'

/** As `models.<name>.deployments[].capabilities` spells them. */
export interface CapabilitySettings {
  readonly tools?: boolean | undefined
  readonly vision?: boolean | undefined
  readonly files?: boolean | undefined
  readonly audio?: boolean | undefined
  readonly json_schema?: boolean | undefined
  readonly reasoning?: boolean | undefined
  readonly sampling?: boolean | undefined
  readonly logprobs?: boolean | undefined
  readonly n?: boolean | undefined
  readonly seed?: boolean | undefined
  readonly context?: number | undefined
  readonly output?: number | undefined
  readonly thinking?: ThinkingStyle | undefined
}

/** What a config leaves out stays what is known. */
export function overridesFrom(settings: CapabilitySettings | undefined): CapabilityOverrides {
  if (settings === undefined) return {}
  const { json_schema: jsonSchema, n: choices, context, output, ...same } = settings
  const stated = { ...same, jsonSchema, choices, contextTokens: context, outputTokens: output }
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined))
}
