// A process of its own that wants an office, and writes what records say under the term that it had when it was told to
// prepare: as somebody does who has read much, and is late.
import { RedisConnection } from '../../src/adapters/redis/redis-connection.ts'
import { RedisHoldStore } from '../../src/adapters/redis/redis-hold-store.ts'
import { RedisLeases } from '../../src/adapters/redis/redis-leases.ts'
import { Elected } from '../../src/platform/elected.ts'
import { systemClock } from '../../src/platform/system-clock.ts'

const [url = '', holder = '', leaseMs = ''] = process.argv.slice(2)
const prefix = '{election}:'
/** What the test reads. */
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const connection = new RedisConnection({
  url,
  ca: undefined,
  clock: systemClock,
  random: () => 0.5,
  onConnected: () => {},
  onLost: () => {},
})
const store = new RedisHoldStore(connection, { prefix })
const office = new Elected({
  leases: new RedisLeases(connection, { prefix }),
  clock: systemClock,
  name: 'records',
  holder,
  leaseMs: Number(leaseMs),
  onChange: (term) => say(`term ${term ?? 'none'}`),
})

await connection.start()
office.start()
let prepared = -1
let sequence = 0
for await (const line of console) {
  const [word = '', amount = ''] = line.split(' ')
  if (word === 'prepare') {
    prepared = office.term ?? -1
    say(`prepared ${prepared}`)
  }
  if (word === 'write') say(`wrote ${await write(Number(amount))}`)
}

async function write(spent: number): Promise<number | undefined> {
  sequence++
  const window = { startMs: 0, endMs: -1 }
  const notes = [{ kind: 'records', key: 'money', ...window, spent, term: prepared }] as const
  const exchange = { from: holder, sequence, notes, hold: undefined, holdUntilMs: -1, isBeat: false }
  return (await store.exchange(exchange)).results[0]
}
