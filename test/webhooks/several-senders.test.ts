// Webhooks of several processes with one database: what is told once, and when an endpoint is given up for all of them.
import { describe, expect, test } from 'bun:test'
import { until } from '../until.ts'
import { endpointAt } from './endpoint-at.ts'
import {
  client,
  deliveries,
  event,
  eventNumber,
  hour,
  newSender,
  receiver,
  sender,
  standAnew,
  store,
  told,
  untilTold,
  useSender,
} from './sender-stand.ts'

standAnew()

describe('what several processes find out, each by itself,', () => {
  test('is sent once, and again when it is found out anew', async () => {
    const other = newSender('two')
    for (const each of [sender, other]) await each.start([endpointAt(receiver.url)])
    const found = { ...event, once: 'of Monday' }
    for (const each of [sender, other, sender]) each.accept(found)
    other.accept({ ...event, once: 'of Tuesday' })
    other.accept(event)
    await untilTold(3)
    await until(async () => (await deliveries()).every(({ state }) => state === 'delivered'))
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']).toSorted()
    expect(ids).toEqual([
      `evt_${String(eventNumber).padStart(24, '0')}`,
      'evt_budget.alert of Monday',
      'evt_budget.alert of Tuesday',
    ])
    await other.close()
  })
})

describe('an endpoint that was given up', () => {
  test('stays so through a restart, and begins anew with a test', async () => {
    receiver.otherwise = { status: 410 }
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await until(() => told.includes('disabled ops gone'))
    await until(async () => (await store.standings())[0]?.disabledBecause === 'gone')
    await sender.close()
    useSender(newSender('two'))
    await sender.start([endpointAt(receiver.url)])
    expect(sender.endpoints()[0]?.isDisabled).toBe(true)
    receiver.otherwise = { status: 200 }
    expect(await sender.test('ops')).toStartWith('evt_')
    await until(() => told.includes('delivered ops'))
    expect(await sender.test('nobody')).toBeUndefined()
  })

  test('is so for all processes that send to it, and begins anew for all of them', async () => {
    receiver.otherwise = { status: 410 }
    const other = newSender('two')
    await sender.start([endpointAt(receiver.url)])
    await other.start([endpointAt(receiver.url)])
    sender.accept(event)
    await until(() => told.includes('disabled ops gone'))
    expect(await other.endpointsNow()).toMatchObject([{ isDisabled: true }])
    other.accept(event)
    await until(async () => (await deliveries()).length === 3)
    expect((await deliveries()).map(({ state }) => state)).toEqual(['given_up', 'given_up', 'given_up'])
    expect(receiver.received).toHaveLength(1)
    receiver.otherwise = { status: 200 }
    await other.test('ops')
    await until(() => told.includes('delivered ops'))
    // Nobody has told this one.
    sender.accept(event)
    await until(() => told.filter((line) => line === 'delivered ops').length === 2)
    expect(told.filter((line) => line.startsWith('disabled'))).toHaveLength(1)
    await other.close()
  })

  test('was not when one process failed to reach it, and another did in between', async () => {
    const other = newSender('two')
    for (const each of [sender, other]) await each.start([endpointAt(receiver.url)])
    receiver.answers.push({ status: 500 })
    sender.accept(event)
    await untilTold(1)
    expect(await other.endpointsNow()).toMatchObject([{ standing: { failures: 1 } }])
    other.accept(event)
    await until(() => told.includes('works again ops'))
    await until(async () => (await store.standings())[0]?.failures === 0)
    receiver.otherwise = { status: 500 }
    client.clock.advance(73 * hour)
    sender.accept(event)
    // The first once more, and the third.
    await until(async () => (await store.standings())[0]?.failures === 2)
    expect(await sender.endpointsNow()).toMatchObject([
      { isDisabled: false, standing: { failingSinceMs: client.clock.wallMs() } },
    ])
    await other.close()
  })

  test('begins anew at another address', async () => {
    receiver.otherwise = { status: 410 }
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await until(() => told.includes('disabled ops gone'))
    receiver.otherwise = { status: 200 }
    sender.use([endpointAt(`${receiver.url}2`)])
    sender.accept(event)
    await until(() => told.includes('delivered ops'))
  })
})
