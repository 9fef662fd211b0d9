import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditAct } from '../../audit/audit-trail.ts'
import { verifyChain } from '../../audit/hash-chain.ts'
import { sha256 } from '../../platform/hmac.ts'
import { openDatabase } from './open-database.ts'
import { createSqliteAuditTrail } from './sqlite-audit-trail.ts'
import { failureOf } from '../../../test/failure-of.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'))
  path = join(folder, 'test.db')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function act(subject: string, more: Partial<AuditAct> = {}): AuditAct {
  const nothing = { before: null, after: null }
  return { actor: 'cli', address: '', action: 'key.create', subject, outcome: 'done', ...nothing, ...more }
}

describe('the audit trail in SQLite', () => {
  test('refuses to be changed, shortened, or added to but at its end', async () => {
    const { raw, close } = await openDatabase(path)
    const trail = createSqliteAuditTrail(raw)
    await trail.append(act('k1'), 1)
    await trail.append(act('k2'), 2)
    expect(() => raw.run("UPDATE audit SET subject = 'x' WHERE number = 1")).toThrow('is not changed')
    expect(() => raw.run('DELETE FROM audit')).toThrow('nothing is taken')
    const copy = "SELECT 1, 1, 'x', '', 'a', 's', 'done', 'null', 'null', 'h'"
    expect(() => raw.run(`INSERT OR REPLACE INTO audit ${copy}`)).toThrow('at its end')
    expect(() => raw.run(`INSERT INTO audit ${copy.replace('1', '4')}`)).toThrow('at its end')
    expect(await verifyChain(trail.rows(), sha256)).toMatchObject({ isWhole: true, count: 2 })
    close()
  })

  test('has its first broken row named when one byte of the file is another', async () => {
    const { raw, close } = await openDatabase(path)
    const trail = createSqliteAuditTrail(raw)
    for (let number = 1; number <= 9; number += 1) await trail.append(act(`subject-${number}`), number)
    raw.run('PRAGMA wal_checkpoint(TRUNCATE)')
    close()
    const bytes = readFileSync(path)
    const at = bytes.indexOf('subject-6')
    expect(at).toBeGreaterThan(0)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const spoiled = await openDatabase(path)
    expect(await verifyChain(createSqliteAuditTrail(spoiled.raw).rows(), sha256)).toMatchObject({
      isWhole: false,
      brokenNumber: 6,
    })
    spoiled.close()
  })

  test('is one chain when several processes write it', async () => {
    ;(await openDatabase(path)).close()
    const from = (file: string): string => JSON.stringify(join(import.meta.dir, file))
    const script = `const { openDatabase } = await import(${from('open-database.ts')})
      const { createSqliteAuditTrail } = await import(${from('sqlite-audit-trail.ts')})
      const { raw, close } = await openDatabase(${JSON.stringify(path)})
      const trail = createSqliteAuditTrail(raw)
      const act = ${JSON.stringify(act('k'))}
      for (let number = 0; number < 20; number += 1) await trail.append(act, number)
      close()`
    const codes = await Promise.all(
      Array.from({ length: 3 }, () => {
        return Bun.spawn([process.execPath, '--no-env-file', '-e', script], { stderr: 'inherit' }).exited
      }),
    )
    expect(codes).toEqual([0, 0, 0])
    const { raw, close } = await openDatabase(path)
    expect(await verifyChain(createSqliteAuditTrail(raw).rows(), sha256)).toMatchObject({
      isWhole: true,
      count: 60,
    })
    close()
  })

  test('says what is wrong when it cannot be written', async () => {
    const trail = createSqliteAuditTrail(new Database(':memory:'))
    const failure = await failureOf(() => trail.append(act('k'), 1))
    expect(String(failure)).toContain('cannot be used: no such table: audit')
  })
})
