// Streams that two deployments gave, read by the Vercel AI SDK's provider of each client dialect: it must hear one whole
// answer, or an error.
import { expect, test } from 'bun:test'
import { courseOf, dialectNames, fronts, wholeText } from '../continued-answers.ts'
import { heardStream } from './ai-sdk.ts'
import type { OracleName } from './ai-sdk.ts'

const oracles: Readonly<Record<string, readonly OracleName[]>> = {
  'openai-chat': ['openai', 'openai-compatible'],
  'openai-responses': ['responses'],
  'anthropic-messages': ['anthropic'],
  gemini: ['google'],
}

const [first] = fronts
const whole = first === undefined ? '' : wholeText(first)

const ways = [
  ['continues', true],
  ['overlaps:50', true],
  ['apologises', false],
] as const

test.each(fronts)('a stream in $name is one answer, whoever went on with it', async (client) => {
  const courses = dialectNames.flatMap((second) => ways.map((way) => [second, ...way] as const))
  for (const [second, words, isJoined] of courses) {
    const how = { front: client, first: client.name, second, askedBy: 'prompt', words } as const
    const { stream } = courseOf({ ...how, cut: 30 })
    for (const oracle of oracles[client.name] ?? []) {
      const heard = await heardStream(oracle, stream)
      expect(heard.isFailed).toBe(!isJoined)
      if (isJoined) expect(heard).toMatchObject({ text: whole, finish: 'stop', tools: [], reasoning: '' })
    }
  }
})
