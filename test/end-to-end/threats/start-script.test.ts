// The script that people start: what it sets for the process before there is one. The runtime in its place tells what it got.
import { expect, test } from 'bun:test'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const script = new URL('../../../scripts/sallyport', import.meta.url).pathname

async function started(environment: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-script-'))
  const runtime = join(folder, 'node_modules/bun/bin')
  mkdirSync(join(folder, 'scripts'))
  mkdirSync(runtime, { recursive: true })
  copyFileSync(script, join(folder, 'scripts/sallyport'))
  writeFileSync(join(folder, 'scripts/setup.mjs'), '')
  writeFileSync(join(runtime, 'bun.exe'), '#!/bin/sh\necho "$(ulimit -c) $BUN_ENABLE_CRASH_REPORTING $*"\n')
  chmodSync(join(runtime, 'bun.exe'), 0o755)
  const words = ['-c', 'ulimit -S -c 64 2>/dev/null; exec sh "$0" start', join(folder, 'scripts/sallyport')]
  const child = Bun.spawn(['sh', ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdout: 'pipe',
  })
  const said = await new Response(child.stdout).text()
  rmSync(folder, { recursive: true, force: true })
  return said.trim()
}

test('a crash leaves no copy of the memory, with every key in it, and is reported to nobody', async () => {
  expect(await started({})).toMatch(/^0 0 --no-env-file .* start$/)
})

test('an operator may want both', async () => {
  expect(await started({ SALLYPORT_CORE_DUMPS: 'on', BUN_ENABLE_CRASH_REPORTING: '1' })).toMatch(/^\S+ 1 /)
})
