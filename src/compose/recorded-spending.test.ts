import { beforeEach, describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { Caller } from '../core/caller.ts'
import type { SpendReader } from '../ledger/ports.ts'
import { noSums } from '../ledger/spend/spend.ts'
import type { SpendQuestion, SpendRow } from '../ledger/spend/spend.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetRules } from '../limits/budget-book.ts'
import type { BudgetRule } from '../limits/budget.ts'
import type { WindowSpent } from '../limits/fleet/hold-lines.ts'
import { Log } from '../telemetry/log.ts'
import { Registry } from '../telemetry/metrics.ts'
import { checkEveryMs } from './budget-check.ts'
import type { CheckedFleet } from './budget-check.ts'
import { RecordedSpending } from './recorded-spending.ts'

const caller = { keyId: 'id', keyName: 'k', team: 'red', models: [], scopes: [] }

function rule(period: 'day' | 'month'): BudgetRule {
  return { unit: 'nano_dollars', period, amount: 1_000, alertAt: [0.8], stops: true }
}

/** What the key and its team have spent, as the tables say it. */
class Records {
  spent = 0
  readings = 0
  /** Those whose keys are there. */
  holders = [caller]
  users: readonly string[] = []
  failing: 'at once' | 'half-way' | undefined
  isWhole = true
  /** Called while they are read. */
  during = (): void => {}

  upToDate = () => {
    if (this.failing === 'at once') return Promise.reject(new Error('the database is away'))
    const reader: SpendReader = {
      sums: (question) => this.#sums(question),
      attempts: () => Promise.reject(new Error('nobody asks')),
    }
    const tables = { reader, unshipped: 0, isWhole: this.isWhole }
    this.readings += 1
    this.during()
    return Promise.resolve(tables)
  }

  #sums({ by, limit, after }: SpendQuestion): Promise<readonly SpendRow[]> {
    const sums = { ...noSums, charged_nano_dollars: this.spent }
    if (by.includes('user')) {
      const from = after === undefined ? 0 : this.users.indexOf(after.names[1] ?? '') + 1
      const page = this.users.slice(from, from + limit)
      return Promise.resolve(page.map((user) => ({ startMs: 0, names: ['', user], sums })))
    }
    const isTeam = by[0] === 'team'
    if (this.failing === 'half-way' && isTeam) return Promise.reject(new Error('the database is gone'))
    const names = by.map((dimension) => (dimension === 'tenant' ? '' : isTeam ? 'red' : 'id'))
    return Promise.resolve([{ startMs: 0, names, sums }])
  }
}

function start(rules: BudgetRules, fleet?: CheckedFleet) {
  const told: number[] = []
  const budgets = new BudgetBook(({ share }) => void told.push(share))
  const log = new Log({ write: () => {} }, clock, 'json')
  let current = rules
  const use = (): void => budgets.use(current, clock.wallMs())
  use()
  const registry = new Registry()
  const spending = new RecordedSpending({
    clock,
    log,
    registry,
    random: () => 0.5,
    ledger: records,
    keys: { holders: () => records.holders },
    budgets,
    rules: () => current,
    fleet,
  })
  const spentOf = (who: Caller): readonly number[] =>
    budgets.standings({ caller: who, tags: [] }, clock.wallMs()).map((standing) => standing.spent)
  return {
    told,
    spending,
    /** How much too much was counted, and how much too little. */
    drift: () =>
      registry
        .print()
        .match(/(?<=^sallyport_budget_drift_ratio{.*} ).*$/gm)
        ?.map(Number),
    spend: (nanoDollars: number): void => {
      const at = { nowMs: clock.nowMs(), wallMs: clock.wallMs() }
      const over = budgets.over({ caller, tags: [] }, at.wallMs)
      const lease = budgets.reserve(over, { nanoDollars, tokens: 0, leaseMs: 1_000 }, at)
      if (!lease.granted) throw new Error('it was refused')
      budgets.settle(lease, { nanoDollars, tokens: 0 })
    },
    spent: () => spentOf(caller),
    spentBy: (user: string) => spentOf({ ...caller, user })[0],
    change: (other: BudgetRules): void => {
      current = other
      use()
      spending.configChanged()
    },
  }
}

async function pass(forMs: number, turns = 50): Promise<void> {
  clock.advance(forMs)
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
}

const ofKeyAndTeam = { key: new Map([['k', [rule('day')]]]), team: new Map([['red', [rule('day')]]]) }
const ofKey = { key: ofKeyAndTeam.key }

let clock: VirtualClock
let records: Records

beforeEach(() => {
  clock = new VirtualClock()
  records = new Records()
})

describe('what was spent while the records could not be read', () => {
  test('is counted once when they can be', async () => {
    records.failing = 'at once'
    const { spending, spend, spent } = start(ofKeyAndTeam)
    await spending.load()
    spending.start()
    spend(3)
    // It has been stored meanwhile, beside what others had spent before.
    records.spent = 303
    records.failing = undefined
    await pass(5_000)
    expect(spent()).toEqual([303, 303])
  })

  test('is counted once however often a reading fails half-way', async () => {
    records.failing = 'half-way'
    records.spent = 300
    const { spending, spend, spent } = start(ofKeyAndTeam)
    await spending.load()
    spend(5)
    for (let reading = 0; reading < 3; reading++) await pass(5_000)
    expect(spent()).toEqual([5, 5])
    records.failing = undefined
    records.spent = 305
    await pass(5_000)
    expect(spent()).toEqual([305, 305])
  })

  test('is told to others as the records have it', async () => {
    const learnt: number[] = []
    const holds: CheckedFleet['holds'] = {
      isLocal: true,
      learn: (windows: readonly WindowSpent[]) => void learnt.push(...windows.map((window) => window.spent)),
    }
    const elect = () => ({ term: undefined, start: () => {}, stop: () => Promise.resolve() })
    records.failing = 'at once'
    const { spending, spend, spent } = start(ofKey, { hasRecordsOfAll: true, holds, elect })
    await spending.load()
    // What the others have told of is counted here, too.
    spend(310)
    records.spent = 310
    records.failing = undefined
    await pass(5_000)
    expect([learnt, spent()]).toEqual([[310], [310]])
  })
})

describe('a budget that another config brings', () => {
  test('has what was spent before, and so has one that counts by another window', async () => {
    records.spent = 900
    const { spending, spent, told, drift, change } = start({})
    await spending.load()
    spending.start()
    change(ofKey)
    await pass(0)
    expect([spent(), told]).toEqual([[900], [0.8]])
    records.spent = 950
    change({ key: new Map([['k', [rule('month')]]]) })
    await pass(0)
    expect(spent()).toEqual([950])
    change({})
    change(ofKey)
    await pass(0)
    expect([spent(), drift()]).toEqual([[950], [0, 0]])
  })

  test('is no drift either where it comes while others are compared', async () => {
    records.spent = 900
    const { spending, spent, drift, change } = start(ofKey)
    await spending.load()
    spending.start()
    records.during = () => {
      records.during = () => {}
      change(ofKeyAndTeam)
    }
    await pass(checkEveryMs)
    await pass(0)
    expect([spent(), drift()]).toEqual([
      [900, 900],
      [0, 0],
    ])
  })

  test('is looked up once, and not for each config that has the same budgets', async () => {
    const { spending, change } = start({})
    await spending.load()
    spending.start()
    change(ofKey)
    await pass(0)
    const { readings } = records
    change({ key: new Map(ofKey.key) })
    await pass(0)
    expect(records.readings).toBe(readings)
  })
})

test('what was spent without a tenant is the tenant “default”’s', async () => {
  records.spent = 100
  const { spending, spent } = start({ tenant: new Map([['default', [rule('day')]]]) })
  await spending.load()
  expect(spent()).toEqual([100])
})

describe('a gateway that is alone', () => {
  test('goes by the records every five minutes', async () => {
    records.spent = 100
    const { spending, spend, spent, drift } = start(ofKey)
    await spending.load()
    spending.start()
    spend(20)
    records.spent = 200
    await pass(checkEveryMs)
    expect([spent(), drift()]).toEqual([[200], [0, 0.08]])
    spend(50)
    await pass(checkEveryMs)
    expect([spent(), drift()]).toEqual([[200], [0.05, 0]])
    await spending.stop()
    records.spent = 500
    await pass(2 * checkEveryMs)
    expect(spent()).toEqual([200])
  })

  test('counts once what is spent and stored while they are read', async () => {
    records.spent = 700
    const { spending, spend, spent, told, drift } = start(ofKey)
    await spending.load()
    spending.start()
    records.during = () => {
      spend(90)
      records.spent += 90
      // This one is stored later.
      spend(5)
    }
    await pass(checkEveryMs)
    expect([spent(), told, drift()]).toEqual([[795], [], [0, 0]])
  })

  test('takes nothing back for a key that was removed, whose records have no name', async () => {
    records.spent = 100
    const { spending, spend, spent, drift } = start({ ...ofKeyAndTeam, key: new Map([['*', [rule('day')]]]) })
    await spending.load()
    spending.start()
    spend(20)
    records.spent = 110
    records.holders = []
    await pass(checkEveryMs)
    // What the team spent is known.
    expect([spent(), drift()]).toEqual([
      [120, 110],
      [0.01, 0],
    ])
    records.holders = [caller]
    await pass(checkEveryMs)
    expect(spent()).toEqual([110, 110])
  })

  test('lets calls have their turns while it compares very many', async () => {
    records.spent = 100
    records.users = Array.from({ length: 9_999 }, (_, index) => `user-${10_000 + index}`)
    const { spending, spentBy } = start({ user: new Map([['*', [rule('day')]]]) })
    const ends = [records.users[0] ?? '', records.users.at(-1) ?? '']
    await spending.load()
    spending.start()
    records.spent = 200
    await pass(checkEveryMs)
    const seen = new Set<string>()
    for (let turn = 0; turn < 100 && !seen.has('200,200'); turn++) {
      await new Promise(setImmediate)
      seen.add(ends.map(spentBy).join())
    }
    expect([...seen]).toEqual(['100,100', '200,100', '200,200'])
  })

  test('takes nothing back by records that have not all of it', async () => {
    records.spent = 100
    const { spending, spend, spent } = start(ofKey)
    await spending.load()
    spending.start()
    spend(20)
    records.isWhole = false
    await pass(checkEveryMs)
    expect(spent()).toEqual([120])
    records.isWhole = true
    records.spent = 120
    await pass(checkEveryMs)
    expect(spent()).toEqual([120])
  })
})
