// A deployment for units that look at one and send nothing.
import { capabilitiesOf } from '../src/providers/capabilities.ts'
import { DeploymentHealth } from '../src/routing/health/deployment-health.ts'
import { defaultHealthSettings } from '../src/routing/health/health-settings.ts'
import type { Deployment } from '../src/providers/deployment.ts'

const provider = {
  dialect: 'openai-chat',
  paths: { answers: { 'openai-chat': '/' } },
  quirks: { streamUsage: 'ask' },
} as const

/** `sim/m`, which speaks the chat dialect, but for what is given. */
export function chatDeployment(given: Partial<Deployment>): Deployment {
  return {
    name: 'sim/m',
    provider: 'sim',
    providerModel: 'm',
    modelJson: '"m"',
    demo: false,
    region: undefined,
    dataClass: undefined,
    credential: '',
    keepsResponses: false,
    asksForUsage: true,
    speaks: new Set([provider.dialect]),
    dialect: provider.dialect,
    capabilities: capabilitiesOf(provider, 'm'),
    wishes: { maxTokensDefault: 4096, jsonSchema: true },
    onUnsupported: 'drop',
    price: undefined,
    timeoutMs: undefined,
    drops: [],
    priority: 1,
    weight: 1,
    tags: new Set(),
    costPerMillion: undefined,
    quality: undefined,
    prefill: false,
    health: new DeploymentHealth(defaultHealthSettings, () => 0.5),
    life: undefined,
    notice: undefined,
    pinned: false,
    passHeaders: [],
    sender: {
      send: () => {
        throw new Error('nothing is sent here')
      },
    },
    quotaIsGone: () => false,
    keyIsRefused: () => false,
    redact: (text) => text,
    ...given,
  }
}
