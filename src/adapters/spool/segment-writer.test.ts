import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unframe } from './framing.ts'
import { SegmentWriter } from './segment-writer.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'segments-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

const linesOf = (segment: string): readonly (string | undefined)[] =>
  readFileSync(join(directory, 'own', segment), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(unframe)

describe('SegmentWriter', () => {
  test('writes lines that can be read back, long ones too', () => {
    const writer = new SegmentWriter(join(directory, 'own'))
    const long = JSON.stringify('x'.repeat(10_000))
    expect([writer.append('{"a":1}'), writer.append(long), writer.append('{"b":2}')]).toEqual([
      17, 10_012, 17,
    ])
    expect(linesOf('000001.log')).toEqual(['{"a":1}', long, '{"b":2}'])
  })

  test('begins a new segment when one is full', () => {
    const writer = new SegmentWriter(join(directory, 'own'), 30)
    for (let number = 0; number < 5; number += 1) writer.append(`{"a":${number}}`)
    expect(readdirSync(join(directory, 'own')).toSorted()).toEqual([
      '000001.log',
      '000002.log',
      '000003.log',
      'owner',
    ])
    expect(linesOf('000003.log')).toEqual(['{"a":4}'])
  })

  test('makes nothing before the first append, and appends nothing after the last', () => {
    const writer = new SegmentWriter(join(directory, 'own'))
    expect(readdirSync(directory)).toEqual([])
    writer.close()
    expect(() => writer.append('{}')).toThrow('closed')
  })

  test('throws where no folder can be made, and goes on when it can', () => {
    const writer = new SegmentWriter(join(directory, 'in-the-way', 'own'))
    writeFileSync(join(directory, 'in-the-way'), '')
    expect(() => writer.append('{}')).toThrow()
    rmSync(join(directory, 'in-the-way'))
    expect(writer.append('{}')).toBe(12)
  })

  test('takes half a line back when the disk is full', async () => {
    // The limit on a file's size does to a write what a full disk does: a part of it is written, then none.
    const script = `const { SegmentWriter } = await import(${JSON.stringify(join(import.meta.dir, 'segment-writer.ts'))})
      const writer = new SegmentWriter(${JSON.stringify(join(directory, 'own'))})
      let failed = 0
      for (let number = 0; number < 400; number += 1) {
        try { writer.append(JSON.stringify({ number, text: 'some more text' })) } catch { failed += 1 }
      }
      console.log(failed)`
    const command = `trap '' XFSZ; ulimit -f 16; exec "$0" --no-env-file -e "$1"`
    const child = Bun.spawn(['sh', '-c', command, process.execPath, script], {
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const failed = Number(await new Response(child.stdout).text())
    const lines = linesOf('000001.log')
    expect(failed).toBeGreaterThan(0)
    expect(lines.length).toBe(400 - failed)
    expect(lines).not.toContain(undefined)
    expect(readdirSync(join(directory, 'own'))).toContain('owner')
    expect(readFileSync(join(directory, 'own', '000001.log'), 'utf8').endsWith('\n')).toBe(true)
  })
})
