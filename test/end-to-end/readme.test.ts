// What the README shows is run as it stands there, against a fresh gateway; only address and key are put in.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const root = new URL('../../', import.meta.url)
const readme = await Bun.file(new URL('README.md', root)).text()
const config =
  'discover: off\nserver: { drain_delay: 0s }\nproviders: { demo: {} }\nkeys: [{ name: tests, secret: env:TEST_KEY }]\n'
let gateway: RunningGateway

beforeAll(async () => {
  gateway = await startGateway({ config })
})

afterAll(async () => {
  await gateway.stop()
})

function blocks(language: string, marker: string): string[] {
  const found = [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))]
  return found.map(([, text = '']) => text).filter((text) => text.includes(marker))
}

async function output(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: root.pathname,
    env: { PATH: process.env['PATH'] ?? '', SALLYPORT_KEY: testKey },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [text, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if ((await child.exited) !== 0) throw new Error(errors)
  return text
}

function here(text: string): string {
  return text.replaceAll('http://127.0.0.1:4117', gateway.url)
}

test('each curl line answers', async () => {
  const lines = blocks('sh', 'curl ')
  expect(lines.length).toBeGreaterThanOrEqual(2)
  const answers = await Promise.all(
    lines.map((line) => output(['sh', '-c', here(line).replace('curl ', 'curl -s ')])),
  )
  expect(answers[0]).toContain('data: [DONE]')
  expect(answers[0]).toContain('"You "')
  expect(answers[1]).toContain('"demo/echo"')
})

test.each(blocks('ts', 'import').map((text, index) => [index, text] as const))(
  'the TypeScript example number %d prints an answer',
  async (index, text) => {
    const file = new URL(`test/end-to-end/readme-example-${process.pid}-${index}.gen.ts`, root).pathname
    writeFileSync(file, here(text))
    try {
      expect(await output([process.execPath, '--no-env-file', file])).toContain('You said: Hello')
    } finally {
      rmSync(file)
    }
  },
)

test('the config that it shows is good', async () => {
  const { parseConfig } = await import('../../src/config/parse-config.ts')
  const { catalogue } = await import('../../src/providers/catalogue.ts')
  const environment = { OPENAI_API_KEY: 'sk-0123456789abcdef' }
  const readText = () => ({ ok: false, missing: true, reason: 'does not exist' }) as const
  for (const text of blocks('yaml', 'providers:')) {
    expect(parseConfig(text, { knownProviders: catalogue, environment, readText })).toMatchObject({
      ok: true,
    })
  }
})
