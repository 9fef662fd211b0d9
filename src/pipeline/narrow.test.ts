import { describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { routeTo } from '../../test/route-to.ts'
import { seededRandom } from '../../test/seeded-random.ts'
import type { Capabilities } from '../core/capabilities.ts'
import { doors } from '../dialects/doors.ts'
import type { JsonObject } from '../dialects/json-object.ts'
import type { Deployment } from '../providers/deployment.ts'
import { RetryBudget } from '../routing/health/retry-budget.ts'
import { ModelMemory } from '../routing/model-memory.ts'
import { plainPlan } from '../routing/model-plan.ts'
import { narrowingOf } from '../routing/narrowing/narrowing.ts'
import { modelSettings } from '../routing/settings.ts'
import { admitAs } from './admit.ts'
import { narrow } from './narrow.ts'

const able = chatDeployment({}).capabilities
const memory = new ModelMemory(new RetryBudget())
const saturdayNight = Date.UTC(2026, 10, 21, 23, 30)

interface Sketch extends Partial<Capabilities> {
  readonly tags?: readonly string[]
  readonly priority?: number
  readonly onUnsupported?: 'drop' | 'error'
}

function deployment(
  name: string,
  { tags = [], priority = 1, onUnsupported = 'drop', ...can }: Sketch,
): Deployment {
  const capabilities = { ...able, ...can }
  const [provider = ''] = name.split('/')
  return chatDeployment({ name, provider, priority, onUnsupported, tags: new Set(tags), capabilities })
}

interface Model {
  readonly deployments: Readonly<Record<string, Sketch>>
  readonly settings?: Readonly<Record<string, unknown>>
}

interface Asking {
  readonly body?: JsonObject
  readonly tags?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly keyName?: string
  readonly wallMs?: number
}

/** What a model of these settings does with calls. */
function narrowed({ deployments: sketches, settings = {} }: Model) {
  const deployments = Object.entries(sketches).map(([name, sketch]) => deployment(name, sketch))
  const read = modelSettings.parse({
    ...settings,
    deployments: deployments.map(({ name, tags, priority }) => {
      const [provider, model] = name.split('/')
      return { provider, model, priority, tags: [...tags] }
    }),
  })
  const plan = { ...plainPlan(memory), narrowing: narrowingOf(read, deployments) }
  const random = seededRandom(1)
  const chosen = ({ body, tags = [], headers = {}, keyName = 'tests', wallMs = saturdayNight }: Asking) => {
    const caller = { keyId: 'k', keyName, scopes: [], models: [] }
    const text = { model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...body }
    const asked = { body: Buffer.from(JSON.stringify(text)), place: { model: '', stream: false } }
    const request = admitAs(doors.chat, asked, caller)
    const record = { model: 'm', route: '' }
    const call = {
      record,
      request,
      door: doors.chat,
      caller,
      tags,
      inbound: { header: (name: string) => headers[name] ?? null },
    }
    const left = narrow(routeTo({ deployments, plan }, call), call, {
      clock: { wallMs: () => wallMs },
      random,
    })
    return { left, route: record.route }
  }
  return { chosen, plan, isThere: plan.narrowing !== undefined }
}

/** Those that are left, in groups by who is asked first. */
function orderOf({ left, route }: { readonly left: readonly Deployment[]; readonly route: string }): string {
  const groups = Map.groupBy(left, ({ priority }) => priority)
  const order = [...groups.entries()].toSorted(([one], [other]) => one - other)
  const names = order.map(([, group]) => group.map(({ name }) => name).join(' ')).join(' > ')
  return `${names} | ${route}`
}

const image = {
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url: 'https://a.example/a.png' } },
      ],
    },
  ],
}
const tools = { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] }

describe('B1 deployments of one model that can do different things', () => {
  const model = narrowed({
    deployments: {
      'small/a': { vision: false, tools: false, contextTokens: 1_000, choices: false },
      'large/b': { contextTokens: 100_000 },
    },
  })

  test('get what each of them can do', () => {
    expect(orderOf(model.chosen({}))).toBe('small/a large/b | ')
    expect(orderOf(model.chosen({ body: image }))).toBe('large/b | needs vision')
    expect(orderOf(model.chosen({ body: { ...image, ...tools } }))).toBe('large/b | needs tools, vision')
    expect(orderOf(model.chosen({ body: { ...tools, tool_choice: 'none' } }))).toBe('small/a large/b | ')
  })

  test('get no request that is too long for them, its answer counted', () => {
    const long = { messages: [{ role: 'user', content: 'word '.repeat(2_000) }] }
    expect(orderOf(model.chosen({ body: long }))).toBe('large/b | needs context')
    expect(orderOf(model.chosen({ body: { max_tokens: 999 } }))).toBe('large/b | needs context')
    expect(orderOf(model.chosen({ body: { max_tokens: 900 } }))).toBe('small/a large/b | ')
  })

  test('come later within their priority where something would be lost', () => {
    expect(orderOf(model.chosen({ body: { n: 2 } }))).toBe('large/b > small/a | ')
    const others = narrowed({ deployments: { 'a/a': { seed: false }, 'b/b': { priority: 2 } } })
    expect(orderOf(others.chosen({ body: { seed: 1 } }))).toBe('a/a > b/b | ')
  })

  test('are left out for that where nothing may be lost', () => {
    const strict = narrowed({
      deployments: { 'a/a': { seed: false, onUnsupported: 'error' }, 'b/b': {} },
    })
    expect(orderOf(strict.chosen({ body: { seed: 1 } }))).toBe('b/b | needs seed')
  })

  test('all stay when none can do it: the refusal of a provider says more', () => {
    const blind = narrowed({
      deployments: { 'a/a': { vision: false }, 'b/b': { vision: false, tools: false } },
    })
    expect(orderOf(blind.chosen({ body: image }))).toBe('a/a b/b | ')
  })

  test('stay when the request cannot be read: that is told where it has to be', () => {
    expect(orderOf(model.chosen({ body: { messages: [1] } }))).toBe('small/a large/b | ')
  })

  test('that are alike cost nothing', () => {
    expect(narrowed({ deployments: { 'a/a': {}, 'b/b': {} } }).isThere).toBe(false)
    expect(narrowed({ deployments: { 'a/a': {} } }).isThere).toBe(false)
  })
})

describe('B5 rules', () => {
  const model = narrowed({
    deployments: {
      'office/a': { tags: ['on-premises', 'small'], vision: false },
      'cloud/b': { tags: ['large'] },
      'cloud/c': {},
    },
    settings: {
      time_zone: 'Europe/Berlin',
      rules: [
        { when: '"confidential" in tags', use: ['on-premises'] },
        { when: 'metadata.tier == "gold" || task == "review" || user == "ada"', use: ['large'] },
        { when: 'input_tokens > 2000', use: ['cloud/b', 'cloud/c'] },
        {
          when: 'weekday == 7 && in_window("00:00-06:00") && key == "night"',
          use: ['small'],
          fallback: true,
        },
        { when: 'has_tools && int(metadata.level) > 2', use: ['large'] },
      ],
    },
  })

  test('on tags, metadata, tasks and users: the first that holds decides', () => {
    expect(orderOf(model.chosen({}))).toBe('office/a cloud/b cloud/c | ')
    expect(orderOf(model.chosen({ tags: ['confidential'] }))).toBe('office/a | rule 1')
    expect(orderOf(model.chosen({ body: { metadata: { tier: 'gold' } } }))).toBe('cloud/b | rule 2')
    expect(orderOf(model.chosen({ headers: { 'x-sallyport-metadata': 'a=1, tier=gold' } }))).toBe(
      'cloud/b | rule 2',
    )
    expect(orderOf(model.chosen({ headers: { 'x-sallyport-task': 'review' } }))).toBe('cloud/b | rule 2')
    expect(orderOf(model.chosen({ body: { user: 'ada' }, tags: ['confidential'] }))).toBe('office/a | rule 1')
    expect(orderOf(model.chosen({ body: { user: 'ada' } }))).toBe('cloud/b | rule 2')
  })

  test('on the size of a request', () => {
    const long = { messages: [{ role: 'user', content: 'word '.repeat(5_000) }] }
    expect(orderOf(model.chosen({ body: long }))).toBe('cloud/b cloud/c | rule 3')
  })

  test('on the hour, where the clock of the model hangs', () => {
    // Half past eleven on Saturday in UTC is half past twelve on Sunday in Berlin.
    expect(orderOf(model.chosen({ keyName: 'night' }))).toBe('office/a > cloud/b cloud/c | rule 4')
    const noon = Date.UTC(2026, 10, 22, 12)
    expect(orderOf(model.chosen({ keyName: 'night', wallMs: noon }))).toBe('office/a cloud/b cloud/c | ')
  })

  test('go before what a request needs: who may not see it never does', () => {
    expect(orderOf(model.chosen({ tags: ['confidential'], body: image }))).toBe('office/a | rule 1')
  })

  test('that cannot be worked out do not hold, and say so', () => {
    const body = { ...tools, metadata: { level: 'high' } }
    expect(model.chosen({ body }).route).toBe('rule 5 cannot be worked out')
  })

  test('refuse headers that they cannot read', () => {
    expect(() => model.chosen({ headers: { 'x-sallyport-metadata': 'gold' } })).toThrow('tier=gold')
    expect(() => model.chosen({ headers: { 'x-sallyport-task': 'a b' } })).toThrow('one word')
  })

  test('that want only what is not there answer that, and ask nobody else', () => {
    const { chosen, plan } = model
    const use: ReadonlySet<string> = new Set()
    for (const rule of plan.narrowing?.rules ?? []) Object.assign(rule, { use })
    expect(() => chosen({ tags: ['confidential'] })).toThrow('rule 1')
  })
})

describe('B7 a canary', () => {
  const model = (percent: number) =>
    narrowed({
      deployments: { 'old/a': {}, 'new/b': { tags: ['new'], vision: false } },
      settings: { splits: [{ name: 'canary', percent, use: ['new'] }] },
    })
  const callers = 20_000
  const inCanary = (percent: number): ReadonlySet<number> => {
    const { chosen } = model(percent)
    const found = new Set<number>()
    for (let caller = 0; caller < callers; caller++) {
      const { left, route } = chosen({ body: { user: `user-${caller}` } })
      const isIn = left[0].name === 'new/b'
      expect(route === 'split canary').toBe(isIn)
      if (isIn) found.add(caller)
    }
    return found
  }

  test('of 5 % is 5 % ± 0.5 % of 20,000 callers, who stay in it when it grows', () => {
    const five = inCanary(5)
    expect(Math.abs((five.size / callers) * 100 - 5)).toBeLessThan(0.5)
    const ten = inCanary(10)
    expect([...five].every((caller) => ten.has(caller))).toBe(true)
  })

  test('has the others behind it, and is behind the others', () => {
    expect(orderOf(model(100).chosen({}))).toBe('new/b > old/a | split canary')
    expect(orderOf(model(0.0001).chosen({ body: { user: 'ada' } }))).toBe('old/a > new/b | ')
  })

  test('gets nothing that it cannot do', () => {
    expect(orderOf(model(100).chosen({ body: image }))).toBe('old/a | needs vision')
  })

  test('has the untried behind it before the other splits', () => {
    const deployments = { 'old/a': {}, 'one/b': { tags: ['one'], vision: false }, 'two/c': { tags: ['two'] } }
    const splits = [
      { name: 'first', percent: 99, use: ['one'] },
      { name: 'second', percent: 1, use: ['two'] },
    ]
    const { chosen } = narrowed({ deployments, settings: { splits } })
    expect(orderOf(chosen({ body: { user: 'ada' } }))).toBe('one/b > old/a > two/c | split first')
    expect(orderOf(chosen({ body: { ...image, user: 'ada' } }))).toBe('old/a > two/c | needs vision')
  })

  test('is the same deployment for all its calls, so that what is kept by it is found', () => {
    const { chosen } = model(100)
    expect(chosen({}).left[1]).toBe(chosen({}).left[1])
  })
})

describe('B6 the classifier', () => {
  const model = narrowed({
    deployments: { 'large/b': { tags: ['large'] }, 'small/a': { tags: ['small'], priority: 2 } },
    settings: {
      classifier: { simple: ['small'], hard: ['large'] },
      rules: [{ when: 'complexity > 2.0 || model == "x" || "big" in tags', use: ['large'] }],
    },
  })
  const hard = {
    messages: [
      {
        role: 'user',
        content:
          'Prove rigorously, step by step, that the sum of 1/n^2 converges, derive its limit, and implement a Python function that checks the proof numerically.',
      },
    ],
  }

  test('sends what is simple to the small one first, whatever their priorities, and says why', () => {
    expect(orderOf(model.chosen({}))).toMatch(/^small\/a > large\/b \| classifier simple complexity=0\.\d\d/)
    expect(orderOf(model.chosen({ body: hard }))).toMatch(
      /^large\/b > small\/a \| classifier hard complexity=[01]\.\d\d \([a-z_]+ \+\d/,
    )
  })

  test('is not asked where a rule has decided', () => {
    expect(orderOf(model.chosen({ tags: ['big'] }))).toMatch(/^large\/b \| rule 1 complexity=0\.\d\d$/)
  })
})
