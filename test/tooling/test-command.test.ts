// What `npm test` promises: its last line is the truth, whatever a test does to the process that runs it.
import { describe, expect, test } from 'bun:test'
import { createCheckout } from './checkout.ts'
import type { Checkout } from './checkout.ts'

const passing = "import { test, expect } from 'bun:test'\ntest('adds', () => { expect(1 + 1).toBe(2) })\n"

describe('the test command', () => {
  test('counts what passed', async () => {
    using checkout = createCheckout()
    checkout.write('src/a.test.ts', passing)
    checkout.write('test/b.test.ts', passing)
    expect(await sum(checkout)).toEqual({ status: 0, lastLine: '2 passed, 0 failed' })
  })

  test('counts what failed and what was left out', async () => {
    using checkout = createCheckout()
    checkout.write(
      'src/a.test.ts',
      `${passing}test('fails', () => { throw new Error('no') })\ntest.skip('later', () => {})\n`,
    )
    expect(await sum(checkout)).toEqual({ status: 1, lastLine: '1 passed, 1 failed, 1 skipped' })
  })

  test('is not deceived by a test that ends the process in good order', async () => {
    using checkout = createCheckout()
    checkout.write('src/a.test.ts', passing)
    checkout.write(
      'src/b.test.ts',
      "import { test } from 'bun:test'\ntest('leaves', () => process.exit(0))\n",
    )
    expect(await sum(checkout)).toEqual({ status: 1, lastLine: '0 passed, 1 failed' })
  })

  test('counts a file that breaks while it loads', async () => {
    using checkout = createCheckout()
    checkout.write('src/a.test.ts', passing)
    checkout.write('src/b.test.ts', "throw new Error('at once')\n")
    expect(await sum(checkout)).toEqual({ status: 1, lastLine: '1 passed, 1 failed' })
  })

  test('counts a file without a test', async () => {
    using checkout = createCheckout()
    checkout.write('src/a.test.ts', passing)
    checkout.write('src/b.test.ts', 'export const empty = true\n')
    expect(await sum(checkout)).toEqual({ status: 1, lastLine: '1 passed, 1 failed' })
  })

  test('fails when there is nothing to run', async () => {
    using checkout = createCheckout()
    expect(await sum(checkout)).toEqual({ status: 1, lastLine: '0 passed, 1 failed' })
  })

  test('runs the files that it is asked for', async () => {
    using checkout = createCheckout()
    checkout.write('src/keys/a.test.ts', passing)
    checkout.write('src/ledger/b.test.ts', passing)
    expect(await sum(checkout, ['keys'])).toEqual({ status: 0, lastLine: '1 passed, 0 failed' })
  })

  test('passes flags on to the runner', async () => {
    using checkout = createCheckout()
    checkout.write('src/a.test.ts', `${passing}test('multiplies', () => {})\n`)
    checkout.write('src/b.test.ts', passing.replace('adds', 'sums'))
    expect((await sum(checkout, ['-t', 'multiplies'])).status).toBe(0)
  })

  test('hides the keys of whoever runs it', async () => {
    using checkout = createCheckout()
    const names = ['OPENAI_API_KEY', 'SALLYPORT_CI_KEY', 'HTTPS_PROXY', 'http_proxy']
    const looks = names.map((name) => `expect(process.env['${name}']).toBe(undefined)`).join('\n')
    checkout.write(
      'src/a.test.ts',
      `import { test, expect } from 'bun:test'\ntest('sees none', () => {\n${looks}\n})\n`,
    )
    const ran = await checkout.run(['env', ...names.map((name) => `${name}=x`), 'node', 'scripts/test.mjs'])
    expect(ran.status).toBe(0)
  })
})

async function sum(
  checkout: Checkout,
  words: readonly string[] = [],
): Promise<{ status: number; lastLine: string }> {
  const { status, stdout } = await checkout.run(['node', 'scripts/test.mjs', ...words])
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' }
}
