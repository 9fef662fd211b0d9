// A gateway with five providers that are one simulator, each spoken to in another dialect alone.
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

/** The providers' names in the config, by their dialects. */
export const fiveProviders = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'claude',
  gemini: 'gem',
  ollama: 'local',
} as const

/** `more` is added to the config. */
export async function startFiveDialects(more = ''): Promise<{
  readonly simulator: Simulator
  readonly gateway: RunningGateway
}> {
  const simulator = await startSimulator()
  const base = simulator.baseUrl
  const key = 'api_key: env:SIM_KEY, models: [m]'
  const gateway = await startGateway({
    environment: { SIM_KEY: simulatorKey },
    config: [
      'discover: off',
      'server: { drain_delay: 0s }',
      'providers:',
      `  chat: { type: openai-compatible, base_url: "${base}/v1", ${key} }`,
      `  responses: { type: openai, dialect: openai-responses, base_url: "${base}/v1", ${key} }`,
      `  claude: { type: anthropic, base_url: "${base}/v1", ${key} }`,
      `  gem: { type: gemini, base_url: "${base}/v1beta", ${key} }`,
      `  local: { type: ollama, dialect: ollama, base_url: "${base}", ${key} }`,
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      more,
      '',
    ].join('\n'),
  })
  return { simulator, gateway }
}
