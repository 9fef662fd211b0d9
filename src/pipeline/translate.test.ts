import { describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import type { Deployment } from '../providers/deployment.ts'
import { doors } from '../dialects/doors.ts'
import { saidInBody } from '../dialects/relay.ts'
import { CallRecord } from './settle.ts'
import { translate } from './translate.ts'
import type { Translated } from './translate.ts'

const asked = {
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  seed: 7,
  frequency_penalty: 1,
  n: 2,
}

function translated(deployment: Deployment): Translated {
  const door = doors.chat
  const record = new CallRecord('call-1', 'chat', { generation: 1, nowMs: 0 })
  const request = door.relay.readRequest(Buffer.from(JSON.stringify(asked)), saidInBody)
  return translate({ record, request, door }, deployment, 0)
}

describe('a request for a deployment of several dialects', () => {
  const speaks = new Set(['anthropic-messages', 'gemini', 'ollama'] as const)

  test('is written in the main one, unless another loses less', () => {
    const { dialect, dropped } = translated(chatDeployment({ dialect: 'anthropic-messages', speaks }))
    expect([dialect, dropped]).toEqual(['gemini', ''])
    const main = new Set(['anthropic-messages'] as const)
    const alone = translated(chatDeployment({ dialect: 'anthropic-messages', speaks: main }))
    expect([alone.dialect, alone.dropped]).toEqual(['anthropic-messages', 'frequency_penalty, seed, n'])
  })

  test('is cut to what its model can do once for all of them, and what is cut is named in each', () => {
    let looks = 0
    const plain = chatDeployment({ dialect: 'anthropic-messages', speaks })
    const capabilities = new Proxy(plain.capabilities, {
      get: (known, name) => {
        if (name === 'seed') looks += 1
        return name === 'seed' ? false : Reflect.get(known, name)
      },
    })
    const { dialect, dropped } = translated({ ...plain, capabilities })
    expect([dialect, dropped, looks]).toEqual(['gemini', 'seed', 1])
  })
})
