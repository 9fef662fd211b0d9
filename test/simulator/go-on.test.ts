// How the simulator goes on with an answer that broke off: exactly where it stopped, or badly on purpose.
import { expect, test } from 'bun:test'
import { planAnswer } from './answer-plan.ts'
import { behaviourOfModel } from './behaviour-of-model.ts'
import type { ChatQuestion } from './chat-question.ts'
import { expectedText } from './expected-text.ts'
import { apology } from './go-on.ts'

const messages = [{ role: 'user', content: 'Tell me of gates' }]
const whole = expectedText({ model: 'tokens:30', messages })
const said = whole.slice(0, whole.indexOf(' word12'))

function goneOn(model: string, more: readonly object[]): string {
  const question: ChatQuestion = { model, messages: [...messages, ...more] }
  const behaviour = behaviourOfModel(`tokens:30+${model}`) ?? {}
  const plan = planAnswer(question, behaviour, { id: 'x', reasoning: 'never' })
  return plan.choices[0]?.tokens.join('') ?? ''
}

const prefill = [{ role: 'assistant', content: said }]
const prompt = [
  { role: 'assistant', content: [{ type: 'text', text: said }] },
  { role: 'user', content: `Go on after "${said.slice(-20)}"` },
]

test.each([
  ['continues', whole.slice(said.length)],
  ['restarts', whole],
  ['overlaps:1', whole.slice(said.length - 1)],
  ['overlaps:50', whole.slice(said.length - 50)],
  ['apologises', apology + whole.slice(said.length)],
  ['apologises+overlaps:40', apology + whole.slice(said.length - 40)],
])('%s goes on with an answer that broke off', (model, expected) => {
  expect(goneOn(model, prefill)).toBe(expected)
  expect(goneOn(model, prompt)).toBe(expected)
})

test('a question that is no such request is answered as usual', () => {
  expect(goneOn('continues', [])).toBe(whole)
  expect(goneOn('ok', prefill)).not.toBe(whole.slice(said.length))
  expect(
    goneOn('continues', [
      { role: 'assistant', content: said },
      { role: 'user', content: 'Why?' },
    ]),
  ).toMatch(/^m/u)
})

test('a bound bounds the rest', () => {
  const question = { model: 'm', messages: [...messages, ...prefill], max_tokens: 3 }
  const plan = planAnswer(question, { answer: { tokens: 30, goesOn: true } }, { id: 'x', reasoning: 'never' })
  expect(plan.choices[0]?.tokens).toEqual([' word12', ' word13', ' word14'])
  expect(plan.choices[0]?.finishReason).toBe('length')
})
