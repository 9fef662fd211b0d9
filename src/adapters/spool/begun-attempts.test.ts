import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beginLine, beginRow, markLine } from '../../ledger/spool-record.ts'
import { begunAttempts } from './begun-attempts.ts'
import { frame } from './framing.ts'

const root = mkdtempSync(join(tmpdir(), 'begun-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function begin(attemptId: string, keyId: string, model = 'fast'): string {
  const kind = {
    keyId,
    endpoint: 'chat',
    model,
    provider: 'p',
    providerModel: 'm',
    stream: true,
    generation: 1,
    kind: 'first' as const,
    priceVersion: '',
  }
  return frame(
    beginLine(beginRow({ attemptId, callId: 'c', startedAtMs: 1, estimatedInputTokens: 1, ...kind })),
  )
}

describe('the attempts of a key in the spool', () => {
  test('are none where there is no spool', () => {
    expect(begunAttempts(join(root, 'none'), 'key1')).toEqual([])
  })

  test('are found in every process’s folder, each once, and those of others are not', () => {
    for (const name of ['1-a', '2-b', '3-empty']) mkdirSync(join(root, name))
    const zeros = '\0'.repeat(100)
    const first = begin('att_1', 'key1') + begin('att_2', 'key2') + frame(markLine('att_1', 3))
    // A model's name may hold anything, another key's id too.
    writeFileSync(join(root, '1-a', '000001.log'), first + begin('att_3', 'key2', 'key1') + zeros)
    const spoiled = begin('att_5', 'key1').replace('att_5', 'att_6')
    writeFileSync(join(root, '2-b', 'kept.log'), begin('att_4', 'key1'))
    writeFileSync(join(root, '2-b', '000002.log'), begin('att_4', 'key1') + spoiled)
    expect(begunAttempts(root, 'key1').toSorted()).toEqual(['att_1', 'att_4'])
  })
})
