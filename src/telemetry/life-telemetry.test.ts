import { expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { CallRecord } from '../pipeline/settle.ts'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { LifeTelemetry } from './life-telemetry.ts'
import { Log } from './log.ts'
import { Registry } from './metrics.ts'

const dayMs = 86_400_000

function world() {
  const clock = new VirtualClock()
  const lines: string[] = []
  const write = (bytes: Uint8Array): void =>
    void lines.push(...Buffer.from(bytes).toString().trim().split('\n'))
  const log = new Log({ write }, clock, 'json')
  const registry = new Registry()
  const telemetry = new LifeTelemetry(log, clock, registry)
  const logged = (): Record<string, unknown>[] => {
    log.flush()
    return lines.splice(0).map((line) => JSON.parse(line))
  }
  return { clock, telemetry, logged, registry }
}

function callOf(model: string, deployment: string): CallRecord {
  const record = new CallRecord('call_1', 'chat', { generation: 1, nowMs: 0 })
  const [provider = '', providerModel = ''] = deployment.split('/')
  const notice = { headers: {}, deprecated: '2026-12-01', retires: '', replacedBy: 'new' }
  record.model = model
  record.deployment = chatDeployment({ name: deployment, provider, providerModel, notice })
  return record
}

test('the use of a deprecated model is said once a day, and counted each time', () => {
  const { clock, telemetry, logged, registry } = world()
  for (const model of ['fast', 'fast', 'slow', 'fast']) telemetry.usedAtItsEnd(callOf(model, 'sim/m'))
  expect(logged()).toMatchObject([
    {
      level: 'warn',
      event: 'model_deprecated',
      model: 'fast',
      deployment: 'sim/m',
      deprecated: '2026-12-01',
      replaced_by: 'new',
    },
    { model: 'slow' },
  ])
  clock.advance(dayMs - 1)
  telemetry.usedAtItsEnd(callOf('fast', 'sim/m'))
  expect(logged()).toEqual([])
  clock.advance(1)
  telemetry.usedAtItsEnd(callOf('fast', 'sim/m'))
  expect(logged()).toMatchObject([{ model: 'fast' }])
  expect(registry.print()).toContain('sallyport_deprecated_calls_total{provider="sim",model="m"} 6')
})

test('a model that changes is counted each time, and said unless that was said just now', () => {
  const { telemetry, logged, registry } = world()
  const change = { deployment: 'sim/a/b', from: 'b-1', to: 'b-2', sinceMs: 0, isRepeated: false }
  telemetry.modelChanged(change)
  telemetry.modelChanged({ ...change, isRepeated: true })
  expect(logged()).toMatchObject([
    {
      event: 'model_changed',
      deployment: 'sim/a/b',
      from: 'b-1',
      to: 'b-2',
      since: '1970-01-01T00:00:00.000Z',
    },
  ])
  expect(registry.print()).toContain('sallyport_model_changes_total{provider="sim"} 2')
})
