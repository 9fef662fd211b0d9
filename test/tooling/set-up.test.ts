// What set-up promises: the bundle is of the sources as they are, it costs next to nothing when nothing changed, and
// two at once do not break each other.
import { describe, expect, test } from 'bun:test'
import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createCheckout } from './checkout.ts'

const setUp = ['node', 'scripts/setup.mjs', 'start']
const program = (word: string) =>
  `async function main(): Promise<void> { process.stdout.write('${word} ' + process.argv.slice(2).join(' ')) }\nvoid main()\n`

describe('set-up', () => {
  test('builds the bundle once', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', program('first'))
    expect((await checkout.run(setUp)).stderr).toContain('building the bundle')
    expect(await checkout.run(setUp)).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(readdirSync(join(checkout.folder, '.build')).includes('lock')).toBe(false)
  })

  test('costs little when there is nothing to do', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', program('first'))
    await checkout.run(setUp)
    const startedMs = performance.now()
    await checkout.run(setUp)
    expect(performance.now() - startedMs).toBeLessThan(300)
  })

  test('builds again when a source changed, and the command runs what is there now', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', program('first'))
    expect((await checkout.run(['scripts/sallyport', 'a', 'b c'])).stdout).toBe('first a b c')
    checkout.write('src/main.ts', program('second'))
    expect((await checkout.run(['scripts/sallyport', 'start', '--port', '1'])).stdout).toBe(
      'second start --port 1',
    )
  })

  test('does not build again for a changed test', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', program('first'))
    await checkout.run(setUp)
    checkout.write('src/main.test.ts', '')
    expect((await checkout.run(setUp)).stderr).toBe('')
  })

  test('leaves the last good bundle in place when the sources do not build', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', program('first'))
    await checkout.run(setUp)
    const built = readlinkSync(join(checkout.folder, '.build', 'current'))
    checkout.write('src/main.ts', 'const = 1')
    const ran = await checkout.run(setUp)
    expect(ran.status).toBe(1)
    expect(ran.stderr).toContain('could not be built')
    expect(readlinkSync(join(checkout.folder, '.build', 'current'))).toBe(built)
  })

  test('refuses sources that bytecode cannot hold', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', "export const here = import.meta.resolve('./x.ts')\n")
    const ran = await checkout.run(setUp)
    expect(ran.status).toBe(1)
    expect(ran.stderr).toContain('no bytecode')
  })

  test('gives each worker its own entry in the bundle', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', program('first'))
    checkout.write('src/ledger/ship-worker.ts', "self.postMessage('here')\n")
    await checkout.run(setUp)
    expect(readdirSync(join(checkout.folder, '.build', 'current', 'ledger'))).toContain('ship-worker.js')
  })

  test('keeps a few older bundles and no more', async () => {
    using checkout = createCheckout()
    for (const word of ['a', 'b', 'c', 'd', 'e']) {
      checkout.write('src/main.ts', program(word))
      await checkout.run(setUp)
    }
    expect(readdirSync(join(checkout.folder, '.build')).filter((name) => name !== 'current')).toHaveLength(3)
  })

  test('takes over from one that died, and builds once for several at a time', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', program('first'))
    const dead = Bun.spawn(['true'])
    await dead.exited
    checkout.write(`.build/lock/${dead.pid}`, '')
    const runs = await Promise.all([1, 2, 3].map(() => checkout.run(setUp)))
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0])
    expect(runs.filter(({ stderr }) => stderr.includes('building the bundle'))).toHaveLength(1)
    expect(readdirSync(join(checkout.folder, '.build')).includes('lock')).toBe(false)
  })

  test('lets the command read its input and give back its status', async () => {
    using checkout = createCheckout()
    checkout.write('src/main.ts', 'process.exitCode = 3\n')
    expect((await checkout.run(['scripts/sallyport', 'check'])).status).toBe(3)
  })

  test('lifts the cap on outgoing requests, bounds the heap’s growth and reads no .env file', async () => {
    using checkout = createCheckout()
    checkout.write('.env', 'FROM_ENV_FILE=yes\n')
    const names = ['BUN_CONFIG_MAX_HTTP_REQUESTS', 'BUN_JSC_heapGrowthFunctionThresholdInMB', 'FROM_ENV_FILE']
    const printed = names.map((name) => `\${process.env['${name}']}`).join(' ')
    checkout.write('src/main.ts', `process.stdout.write(\`${printed}\`)\n`)
    const unset = names.flatMap((name) => ['-u', name])
    const command = ['env', ...unset, 'scripts/sallyport', 'version']
    expect((await checkout.run(command)).stdout).toBe('65535 1000000 undefined')
  })
})
