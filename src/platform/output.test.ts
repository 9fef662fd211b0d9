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
