import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLines } from './read-lines.ts'
import { SegmentWriter } from './segment-writer.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'segments-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

function linesOf(segment: string): readonly (string | undefined)[] {
  const lines: (string | undefined)[] = []
  for (const { text } of readLines(join(directory, 'own', segment), { from: 0, to: Infinity }))
    lines.push(text)
  return lines
}

describe('SegmentWriter', () => {
  test('writes lines that can be read back, long ones too', () => {
    const writer = new SegmentWriter(join(directory, 'own'))
    const long = JSON.stringify('x'.repeat(10_000))
    expect([writer.append('{"a":1}'), writer.append(long), writer.append('{"b":2}')]).toEqual([
      17, 10_012, 17,
    ])
    expect(linesOf('000001.log')).toEqual(['{"a":1}', long, '{"b":2}'])
  })

  test('begins a new segment when one is full, and gives back what that one did not use', () => {
    const writer = new SegmentWriter(join(directory, 'own'), 40)
    for (let number = 0; number < 5; number += 1) writer.append(`{"a":${number}}`)
    expect(readdirSync(join(directory, 'own')).toSorted()).toEqual([
      '000001.log',
      '000002.log',
      '000003.log',
      'owner',
    ])
    expect(linesOf('000003.log')).toEqual(['{"a":4}'])
    expect(writer.position()).toEqual({ segment: '000003.log', bytes: 17 })
    const sizes = () =>
      ['1', '3'].map((number) => statSync(join(directory, 'own', `00000${number}.log`)).size)
    expect(sizes()).toEqual([34, 40])
    writer.close()
    expect(sizes()).toEqual([34, 17])
  })

  test('makes a segment of its own size for a line that is larger than one', () => {
    const writer = new SegmentWriter(join(directory, 'own'), 40)
    const long = JSON.stringify('x'.repeat(100))
    for (const line of ['1', long, '2']) writer.append(line)
    expect(['1', '2', '3'].map((number) => linesOf(`00000${number}.log`))).toEqual([['1'], [long], ['2']])
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

  test('throws when there is no room for a segment, leaves nothing of it, and writes on in the one it has', async () => {
    // The limit on a file's size does to a write what a full disk does: a part of it is written, then none.
    const script = `const { SegmentWriter } = await import(${JSON.stringify(join(import.meta.dir, 'segment-writer.ts'))})
      const writer = new SegmentWriter(${JSON.stringify(join(directory, 'own'))}, 4096)
      let failed = 0
      writer.append('{"a":1}')
      try { writer.append(JSON.stringify('x'.repeat(100_000))) } catch { failed += 1 }
      writer.append('{"a":2}')
      process.exit(failed)`
    const command = `trap '' XFSZ; ulimit -f 16; exec "$0" --no-env-file -e "$1"`
    const child = Bun.spawn(['sh', '-c', command, process.execPath, script], { stderr: 'inherit' })
    expect(await child.exited).toBe(1)
    expect(linesOf('000001.log')).toEqual(['{"a":1}', '{"a":2}'])
    expect(readdirSync(join(directory, 'own')).toSorted()).toEqual(['000001.log', 'owner'])
  })

  test('keeps what was written when its process is killed', async () => {
    const script = `const { SegmentWriter } = await import(${JSON.stringify(join(import.meta.dir, 'segment-writer.ts'))})
      const writer = new SegmentWriter(${JSON.stringify(join(directory, 'own'))})
      for (let number = 0; number < 100; number += 1) writer.append(String(number))
      process.kill(process.pid, 'SIGKILL')`
    const child = Bun.spawn([process.execPath, '--no-env-file', '-e', script], { stderr: 'inherit' })
    await child.exited
    expect(child.signalCode).toBe('SIGKILL')
    expect(linesOf('000001.log')).toEqual(Array.from({ length: 100 }, (_, number) => String(number)))
  })
})
