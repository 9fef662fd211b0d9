// A sender of webhooks with a real database and a real receiver, anew for each test, and time as a value.
import { afterEach, beforeEach } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import type { LazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import { createSqliteWebhooks } from '../../src/adapters/sqlite/sqlite-webhooks.ts'
import { parseRange } from '../../src/platform/egress/address-rules.ts'
import { hmacBase64 } from '../../src/platform/hmac.ts'
import type { DeliveryStore, ListedDelivery } from '../../src/webhooks/ports.ts'
import { WebhookSender } from '../../src/webhooks/webhook-sender.ts'
import { testClient } from '../egress-client.ts'
import type { TestClient } from '../egress-client.ts'
import { newDatabase } from '../new-database.ts'
import { until } from '../until.ts'
import { startReceiver } from './receiver.ts'
import type { Receiver } from './receiver.ts'

export const event = { type: 'budget.alert', facts: { level: 'key', name: 'ci', percent: 80 } } as const
export const [second, minute, hour] = [1_000, 60_000, 3_600_000]

let folder: string
export let connection: LazyConnection
export let store: DeliveryStore
export let client: TestClient
export let receiver: Receiver
export let sender: WebhookSender
export let told: string[]
export let eventNumber = 0

export function newSender(owner = 'one'): WebhookSender {
  return new WebhookSender({
    clock: client.clock,
    store,
    egress: () => client.egress,
    userAgent: 'test/1',
    sign: hmacBase64,
    random: () => 0.5,
    newEventId: () => `evt_${String((eventNumber += 1)).padStart(24, '0')}`,
    eventIdOf: (words) => `evt_${words}`,
    owner,
    isGone: (claimed) => claimed === 'killed',
    observer: {
      delivered: ({ endpoint }) => void told.push(`delivered ${endpoint}`),
      failed: (_, { problem }, waitMs) => void told.push(`failed ${problem} ${waitMs ?? 'for good'}`),
      dropped: (endpoint, type) => void told.push(`dropped ${endpoint} ${type}`),
      disabled: (endpoint, why) => void told.push(`disabled ${endpoint} ${why}`),
      worksAgain: (endpoint) => void told.push(`works again ${endpoint}`),
      notKept: (cause) => void told.push(`not kept ${String(cause)}`),
    },
  })
}

/** To be called once by each file of tests. */
export function standAnew(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'webhooks-'))
    connection = lazyConnection(await newDatabase(folder))
    store = createSqliteWebhooks(connection)
    client = testClient({ allow: [parseRange('127.0.0.0/8')].filter((range) => range !== undefined) })
    receiver = await startReceiver()
    told = []
    sender = newSender()
  })

  afterEach(async () => {
    await sender.close()
    client[Symbol.dispose]()
    await receiver[Symbol.asyncDispose]()
    connection.close()
    rmSync(folder, { recursive: true, force: true })
  })
}

export async function deliveries(): Promise<readonly ListedDelivery[]> {
  return await store.list({ limit: 100 })
}

export async function untilTold(count: number): Promise<void> {
  await until(() => told.length >= count)
}

/** Lets time pass, a minute at each look, but not while an answer is waited for: that would be too late then. */
export async function untilItHolds(holds: () => boolean): Promise<void> {
  await until(() => {
    if (holds()) return true
    if (sender.endpoints().every(({ inFlight }) => inFlight === 0)) client.clock.advance(minute)
    return false
  })
}

/** Lets time pass until the next try, and waits for its answer. */
export async function nextTry(): Promise<void> {
  const before = told.length
  await until(async () => (await deliveries())[0]?.attempts === before)
  const nextAtMs = (await deliveries())[0]?.nextAtMs ?? 0
  client.clock.advance(nextAtMs - client.clock.wallMs())
  await untilItHolds(() => told.length > before)
}

/** The process is another one from now on. */
export function useSender(other: WebhookSender): void {
  sender = other
}

/** It goes out by another way from now on. */
export function useClient(other: TestClient): void {
  client = other
}
