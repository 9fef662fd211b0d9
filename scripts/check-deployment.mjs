// Looks over deploy/: its files by the linters that are kept for them, its configs by `sallyport check`, and the image by doing
// what its Dockerfile says in a folder and running what comes out as the image would, since no container engine is needed.
//   npm run check:deployment            all of it
//   npm run check:deployment -- image   only what is named
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { checkConfigs } from './deployment/check-configs.mjs'
import { proveImage } from './deployment/prove-image.mjs'
import { buildFolder, modulesFolder, root, say } from './root.mjs'

const requirements = join(root, 'deploy', 'lint-requirements.txt')
const pythonFolder = join(buildFolder, 'deployment-linters')
const manifests = readdirSync(join(root, 'deploy', 'kubernetes'))
  .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
  .map((name) => join('deploy', 'kubernetes', name))

const checks = [
  { name: 'dockerfile', check: () => python(join(pythonFolder, 'bin', 'hadolint'), 'deploy/Dockerfile') },
  { name: 'compose', check: () => run(join(modulesFolder, '.bin', 'dclint'), '--max-warnings=0', 'deploy') },
  {
    name: 'kubernetes',
    check: () => python('python3', '-m', 'kubernetes_validate', '--strict', '--quiet', ...manifests),
  },
  { name: 'configs', check: checkConfigs },
  { name: 'image', check: proveImage },
]

const wanted = process.argv.slice(2)
let failed = 0
const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
for (const { name, check } of chosen) {
  const startedMs = performance.now()
  const problem = await check()
  if (problem !== undefined) {
    failed += 1
    console.log(`── ${name} ──\n${problem.trim()}\n`)
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${name.padEnd(14)}${seconds} s`)
}
console.log(`deployment: ${chosen.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 || chosen.length === 0 ? 1 : 0

/** Runs one of the linters that come from PyPI, and brings them first where they are not there. */
function python(...words) {
  const problem = installLinters()
  return problem ?? run(...words)
}

function installLinters() {
  const stamp = join(pythonFolder, 'installed.txt')
  const asked = readFileSync(requirements, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === asked) return undefined
  say('installing the linters of deploy/ …')
  rmSync(pythonFolder, { recursive: true, force: true })
  mkdirSync(pythonFolder, { recursive: true })
  const words = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check']
  const problem = run('python3', ...words, '--target', pythonFolder, '--requirement', requirements)
  if (problem === undefined) writeFileSync(stamp, asked)
  return problem
}

function run(command, ...words) {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: pythonFolder },
  })
  if (error !== undefined) return `Cannot run ${command}: ${error.message}`
  return status === 0 ? undefined : `${stdout}${stderr}` || `${command} ended with ${status}.`
}
