// Everything that a machine can hold without running the product: types, lint, format, unused code, architecture and
// derived files. All of them run, so that one look shows all there is to mend.
//   npm run check              all of them
//   npm run check -- types     only those named
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { bunBinary, modulesFolder, root } from './root.mjs'

const tool = (name) => join(modulesFolder, '.bin', name)
const checks = [
  { name: 'types', command: [tool('tsc'), '--noEmit', '--project', '.'] },
  { name: 'lint', command: [tool('oxlint'), '--deny-warnings'] },
  { name: 'format', command: [tool('oxfmt'), '--check'] },
  { name: 'unused', command: [tool('knip'), '--no-progress'] },
  { name: 'architecture', command: [process.execPath, 'scripts/test.mjs', 'test/architecture/'] },
  {
    name: 'derived',
    command: [bunBinary, '--no-env-file', 'scripts/derive.ts', '--check'],
    needs: 'scripts/derive.ts',
  },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name))
const chosen = checks.filter(
  ({ name, needs }) => isWanted(name) && (needs === undefined || existsSync(join(root, needs))),
)
const results = unknown.length > 0 ? [] : await runAll(chosen)
for (const name of unknown)
  console.error(`No check is called "${name}": ${checks.map((check) => check.name).join(', ')}.`)

for (const { name, output } of results.filter(({ passed }) => !passed))
  console.log(`── ${name} ──\n${output.trim()}\n`)
for (const { name, passed, tookMs } of results) {
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(14)}${(tookMs / 1000).toFixed(1)} s`)
}
const passedCount = results.filter(({ passed }) => passed).length
const failedCount = results.length - passedCount + unknown.length
console.log(`checks: ${passedCount} passed, ${failedCount} failed`)
process.exitCode = failedCount > 0 || passedCount === 0 ? 1 : 0

function isWanted(name) {
  return wanted.length === 0 || wanted.includes(name)
}

async function runAll(queue) {
  const finished = new Map()
  const waiting = [...queue]
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      finished.set(check.name, await runOne(check))
    }
  }
  await Promise.all(Array.from({ length: Math.min(queue.length, availableParallelism()) }, worker))
  return queue.map(({ name }) => finished.get(name))
}

function runOne({ name, command: [program, ...words] }) {
  const startedMs = performance.now()
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    const finish = (passed) =>
      resolve({
        name,
        passed,
        output: Buffer.concat(chunks).toString(),
        tookMs: performance.now() - startedMs,
      })
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (failure) => {
      chunks.push(Buffer.from(failure.message))
      finish(false)
    })
    child.on('close', (status) => finish(status === 0))
  })
}
