import { expect, test } from 'bun:test'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../test/until.ts'
import { Output } from './output.ts'

test('a pipe that is full for a while gets every line whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-output-'))
  const path = join(folder, 'pipe')
  Bun.spawnSync(['mkfifo', path])
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const output = new Output(pipe)
  const lines = Array.from({ length: 3_000 }, (_, index) => `${index} ${'x'.repeat(100)}\n`).join('')
  output.write(lines.slice(0, lines.length / 2))
  output.write(lines.slice(lines.length / 2))
  const closed = output.close()
  let read = ''
  const chunk = Buffer.alloc(20_000)
  await until(() => {
    try {
      read += chunk.toString('utf8', 0, readSync(pipe, chunk))
    } catch {
      // Nothing there yet.
    }
    return read.length >= lines.length
  })
  await closed
  expect(read).toBe(lines)
  expect(output.dropped).toBe(0)
  closeSync(pipe)
  rmSync(folder, { recursive: true })
})

test('lines of several writers of one pipe are not mixed, even where one is longer than a write may be', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-output-'))
  const path = join(folder, 'pipe')
  Bun.spawnSync(['mkfifo', path])
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const linesOf = (writer: string): string[] =>
    Array.from({ length: 800 }, (_, index) => `${writer} ${index} ${writer.repeat(1 + ((index * 37) % 300))}`)
  const outputs = ['a', 'b'].map((writer) => {
    const output = new Output(pipe, { isShared: true })
    output.write(`${linesOf(writer).join('\n')}\n`)
    return output
  })
  const alone = new Output(pipe, { isShared: true })
  const expected = [...linesOf('a'), ...linesOf('b')]
  let read = ''
  const chunk = Buffer.alloc(20_000)
  const readUntil = (length: number): Promise<void> =>
    until(() => {
      try {
        read += chunk.toString('utf8', 0, readSync(pipe, chunk))
      } catch {
        // Nothing there yet.
      }
      return read.length >= length
    })
  await readUntil(expected.join('\n').length + 1)
  expect(read.trimEnd().split('\n').toSorted()).toEqual(expected.toSorted())
  read = ''
  const long = `short\n${'x'.repeat(10_000)}\nshort\n`
  alone.write(long)
  await readUntil(long.length)
  expect(read).toBe(long)
  await Promise.all([...outputs, alone].map((output) => output.close()))
  closeSync(pipe)
  rmSync(folder, { recursive: true })
})
