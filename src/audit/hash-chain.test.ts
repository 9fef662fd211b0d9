import { describe, expect, test } from 'bun:test'
import { sha256 } from '../platform/hmac.ts'
import type { AuditRow } from './audit-trail.ts'
import { chainedHash, chainStart, verifyChain } from './hash-chain.ts'

function chain(count: number): AuditRow[] {
  const rows: AuditRow[] = []
  let last = chainStart
  for (let number = 1; number <= count; number += 1) {
    const facts = {
      number,
      at_ms: number,
      actor: 'cli',
      address: '',
      action: 'key.create',
      subject: `k${number}`,
    }
    const row = { ...facts, outcome: 'done', before: 'null', after: '{"name":"ci"}' }
    last = chainedHash(last, row, sha256)
    rows.push({ ...row, hash: last })
  }
  return rows
}

function changed(rows: readonly AuditRow[], number: number, change: Partial<AuditRow>): AuditRow[] {
  return rows.map((row) => (row.number === number ? { ...row, ...change } : row))
}

describe('the chain of hashes', () => {
  test('is whole as it was written, empty too', async () => {
    expect(await verifyChain([], sha256)).toEqual({ isWhole: true, count: 0, lastHash: chainStart })
    expect(await verifyChain(chain(9), sha256)).toMatchObject({ isWhole: true, count: 9 })
  })

  test.each([
    ['at_ms', { at_ms: 6 }],
    ['actor', { actor: 'cli ' }],
    ['address', { address: '::1' }],
    ['action', { action: 'key.revoke' }],
    ['subject', { subject: 'k6' }],
    ['outcome', { outcome: 'failed' }],
    ['before', { before: '{}' }],
    ['after', { after: 'null' }],
    ['hash', { hash: chainStart }],
    // What moves from one member to its neighbour.
    ['two members', { actor: 'cl', address: 'i' }],
  ])('names the row whose %s was changed', async (_, change) => {
    expect(await verifyChain(changed(chain(9), 5, change), sha256)).toMatchObject({
      isWhole: false,
      brokenNumber: 5,
    })
  })

  test('names the row after one that was made anew with a fitting hash', async () => {
    const rows = chain(9)
    const made = { ...rows[4], subject: 'other' } as AuditRow
    const hash = chainedHash(rows[3]?.hash ?? '', made, sha256)
    expect(await verifyChain(changed(rows, 5, { ...made, hash }), sha256)).toMatchObject({ brokenNumber: 6 })
  })

  test('names a row that was taken out, first or later', async () => {
    expect(await verifyChain(chain(9).toSpliced(4, 1), sha256)).toMatchObject({
      isWhole: false,
      brokenNumber: 5,
    })
    expect(await verifyChain(chain(9).slice(1), sha256)).toMatchObject({ isWhole: false, brokenNumber: 1 })
  })

  test('that was cut off or written anew is found out by an entry that was noted elsewhere', async () => {
    const rows = chain(9)
    const noted = { number: 8, hash: rows[7]?.hash ?? '' }
    expect((await verifyChain(rows, sha256, noted)).isWhole).toBe(true)
    expect(await verifyChain(rows.slice(0, 7), sha256, noted)).toMatchObject({ brokenNumber: 8 })
    const forged = changed(chain(3), 1, { subject: 'x' })
    expect((await verifyChain(forged, sha256, noted)).isWhole).toBe(false)
    expect(await verifyChain(chain(9), sha256, { number: 8, hash: chainStart })).toMatchObject({
      brokenNumber: 8,
    })
  })
})
