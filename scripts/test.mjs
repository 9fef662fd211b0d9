// Every test, and a last line that can be believed. Bun prints no summary and exits with 0 when a test calls
// process.exit(0), so what counts is its report file, and every test file has to be in it.
//   npm test                     all of them
//   npm test -- keys ledger      the files whose path contains one of these words
//   npm test -- -t 'a caller'    words from the first dash on go to `bun test`
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { bunBinary, root } from './root.mjs'

const folders = ['src', 'test', 'bench', 'scripts']
const testTimeoutMs = 30_000

const words = process.argv.slice(2)
const firstFlag = words.findIndex((word) => word.startsWith('-'))
const filters = firstFlag === -1 ? words : words.slice(0, firstFlag)
const flags = firstFlag === -1 ? [] : words.slice(firstFlag)

const files = testFiles().filter(
  (file) => filters.length === 0 || filters.some((word) => file.includes(word)),
)
const { status, report } = runTests()
const sum = sumOf(report)
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`)
process.exitCode = sum.failed > 0 ? 1 : 0

function testFiles() {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { withFileTypes: true, recursive: true }))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .sort()
}

function runTests() {
  if (files.length === 0) return { status: 1, report: '' }
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'))
  const reportFile = join(folder, 'report.xml')
  const bunWords = [
    '--no-env-file',
    'test',
    '--no-orphans',
    '--only-failures',
    `--timeout=${testTimeoutMs}`,
    '--reporter=junit',
    `--reporter-outfile=${reportFile}`,
    ...flags,
    ...files.map((file) => `./${file}`),
  ]
  const run = spawnSync(bunBinary, bunWords, {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const written = existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : ''
  rmSync(folder, { recursive: true, force: true })
  return { status: run.status, report: written }
}

/** Whoever runs the tests may have real keys and a proxy: neither may change what a test sees. */
function environment() {
  const isForeign = (name) => /_API_KEY$|^SALLYPORT_|_PROXY$/i.test(name)
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)))
  return { ...own, NODE_ENV: 'test', TZ: 'UTC', BUN_CONFIG_MAX_HTTP_REQUESTS: '65535' }
}

function sumOf(xml) {
  const head = xml.match(/<testsuites [^>]*>/)?.[0]
  if (files.length === 0 || head === undefined) {
    console.error(
      files.length === 0
        ? 'No test file matches.'
        : 'The run ended without its report: a test ended the process, or Bun was stopped.',
    )
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const count = (name) => Number(head.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0)
  const absent = absentFiles(xml)
  for (const file of absent) console.error(`No test of ${file} was run.`)
  const skipped = count('skipped')
  const passed = count('tests') - count('failures') - skipped
  const failed = count('failures') + absent.length
  if (failed > 0) return { passed, failed, skipped }
  if (status !== 0) console.error(`bun test ended with ${status} although every test passed.`)
  else if (passed === 0) console.error('No test was run.')
  return { passed, failed: status === 0 && passed > 0 ? 0 : 1, skipped }
}

/** A file that breaks while it loads, or holds no test, is in no report. With flags, leaving files out is meant. */
function absentFiles(xml) {
  if (flags.length > 0) return []
  const present = new Set([...xml.matchAll(/<testsuite [^>]*\bfile="([^"]*)"/g)].map((match) => match[1]))
  return files.filter((file) => !present.has(file))
}
