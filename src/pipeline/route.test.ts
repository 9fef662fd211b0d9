import { describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { routeTo } from '../../test/route-to.ts'
import { doors } from '../dialects/doors.ts'
import { RetryBudget } from '../routing/health/retry-budget.ts'
import { ModelMemory } from '../routing/model-memory.ts'
import { plainPlan } from '../routing/model-plan.ts'
import { admitAs } from './admit.ts'
import { leftOf } from './route.ts'

const [one, other, stranger] = ['a/m', 'b/m', 'c/m'].map((name) => chatDeployment({ name }))
if (one === undefined || other === undefined || stranger === undefined) throw new Error('three are made')

const place = { model: '', stream: false }
const request = admitAs(
  doors.chat,
  { body: Buffer.from('{"model":"m","messages":[]}'), place },
  { models: [] },
)
const model = { deployments: [one, other], plan: plainPlan(new ModelMemory(new RetryBudget())) }
const { deployments } = routeTo(model, { request, door: doors.chat })

describe('what is left of a route', () => {
  test('is in an order of its own, and may have changed copies', () => {
    const later = { ...one, priority: 7 }
    expect<readonly object[] | undefined>(leftOf(deployments, [other, later])).toEqual([other, later])
  })

  test('is none where nothing is left', () => {
    expect(leftOf(deployments, [])).toBeUndefined()
  })

  test('has nobody who was not on the route', () => {
    expect(() => leftOf(deployments, [one, stranger])).toThrow('c/m is not of the route')
  })
})
