// Set-up before a command, done once: `node scripts/setup.mjs start` for what the gateway needs to run, `compile` for
// what it needs to be compiled, any other word for what development needs. With nothing to do it only looks, which every
// start pays for: keep it cheap.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildBundle, isBuilt } from './build-bundle.mjs'
import { installPackages, isInstalled } from './install-packages.mjs'
import { buildFolder, root, SetupProblem } from './root.mjs'
import { isLocked, withLock } from './with-lock.mjs'

const nodeMajorMin = 20
const lockFolder = join(buildFolder, 'lock')

function setUp(purpose) {
  const major = Number(process.versions.node.split('.')[0])
  if (major < nodeMajorMin) {
    throw new SetupProblem(`Node ${nodeMajorMin} or newer is needed; this is ${process.version}.`)
  }
  const needsDevelopment = purpose !== 'start' && purpose !== 'compile'
  const needsBundle = purpose === 'start' && existsSync(join(root, 'src', 'main.ts'))
  const isDone = () => isInstalled(needsDevelopment) && (!needsBundle || isBuilt())
  if (!isLocked(lockFolder) && isDone()) return

  withLock(lockFolder, () => {
    if (!isInstalled(needsDevelopment)) installPackages(needsDevelopment)
    if (needsBundle && !isBuilt()) buildBundle()
  })
}

try {
  setUp(process.argv[2])
} catch (failure) {
  if (!(failure instanceof SetupProblem)) throw failure
  process.stderr.write(`sallyport: ${failure.message}\n`)
  process.exitCode = 1
}
