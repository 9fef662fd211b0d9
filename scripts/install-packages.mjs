// Packages as the lockfile names them, and a Bun that runs. An install that somebody made by hand (`npm ci`, with or
// without its scripts, with or without development packages) is accepted when it is what the lockfile says.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bunBinary, bunPackage, lockFile, modulesFolder, root, say, SetupProblem } from './root.mjs'

/** npm's own note of what it installed. */
const installedFile = join(modulesFolder, '.package-lock.json')
/** Ours: that what npm noted was compared with the lockfile. Gone with node_modules, as it should be. */
const stampFile = join(modulesFolder, '.sallyport-setup.json')
/** The placeholder that an install without scripts leaves instead of Bun is a few hundred bytes. */
const placeholderBytesMax = 1_000_000

/** Cheap: whether an earlier set-up found everything in place and nothing has changed since. */
export function isInstalled(needsDevelopment) {
  const stamp = readJson(stampFile)
  if (stamp === undefined || !isBunReal()) return false
  if (needsDevelopment && !stamp.development) return false
  return stamp.inputs === inputs()
}

/** Brings what is missing. */
export function installPackages(needsDevelopment) {
  if (!matchesLockfile(needsDevelopment)) runNpmCi(needsDevelopment)
  if (!isBunReal()) mendBun()
  demandThatBunRuns()
  linkCommand()
  writeFileSync(stampFile, JSON.stringify({ inputs: inputs(), development: matchesLockfile(true) }))
}

function inputs() {
  const installed = statSync(installedFile, { throwIfNoEntry: false })
  const hash = createHash('sha256').update(readFileSync(lockFile))
  return hash.update(`${installed?.mtimeMs} ${installed?.size}`).digest('hex')
}

function matchesLockfile(needsDevelopment) {
  const wanted = readJson(lockFile)?.packages
  const installed = readJson(installedFile)?.packages
  if (wanted === undefined)
    throw new SetupProblem('package-lock.json is missing or damaged. Restore it from git.')
  if (installed === undefined) return false
  return Object.entries(wanted).every(([folder, entry]) => {
    const isNeeded =
      folder !== '' && !entry.optional && !entry.devOptional && (needsDevelopment || !entry.dev)
    if (!isNeeded) return true
    return installed[folder]?.version === entry.version && installed[folder]?.integrity === entry.integrity
  })
}

function runNpmCi(needsDevelopment) {
  const leavesOutDevelopment = !needsDevelopment && process.env.NODE_ENV === 'production'
  say('installing packages from package-lock.json (once, about half a minute) …')
  const scope = leavesOutDevelopment ? '--omit=dev' : '--include=dev'
  const failed = run(...npm('ci', scope, '--no-audit', '--no-fund', '--loglevel=error'), root)
  if (failed)
    throw new SetupProblem('`npm ci` failed; what it said is above. Mend that and run the command again.')
}

/** npm started us, so the npm that did is the one to use; otherwise the one in the PATH. */
function npm(...words) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('npm-cli.js') ? [process.execPath, [cli, ...words]] : ['npm', words]
}

function isBunReal() {
  const binary = statSync(bunBinary, { throwIfNoEntry: false })
  return binary !== undefined && binary.size > placeholderBytesMax
}

/** `npm ci --ignore-scripts` leaves a placeholder; the package's own script puts the binary in its place. */
function mendBun() {
  say('putting the Bun binary in place …')
  run(process.execPath, [join(bunPackage, 'install.js')], bunPackage)
}

function demandThatBunRuns() {
  const wanted = readJson(join(bunPackage, 'package.json'))?.version
  const { stdout } = spawnSync(bunBinary, ['--version'], { encoding: 'utf8' })
  if (wanted === undefined || stdout?.trim() !== wanted) {
    throw new SetupProblem(
      `Bun ${wanted} does not run on this machine (${process.platform} ${process.arch}). Was npm told to leave out ` +
        'optional packages? Delete node_modules and run the command again.',
    )
  }
}

/** So that `npx sallyport` finds the command of this very checkout at once. */
function linkCommand() {
  const link = join(modulesFolder, '.bin', 'sallyport')
  if (existsSync(link)) return
  mkdirSync(join(modulesFolder, '.bin'), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync('../../scripts/sallyport', link)
}

/** npm's chatter goes to stderr: the command that set-up precedes may be read by a program. */
function run(command, words, cwd) {
  const { status, error } = spawnSync(command, words, { cwd, stdio: ['ignore', 2, 2] })
  if (error !== undefined) throw new SetupProblem(`Cannot run ${command}: ${error.message}`)
  return status !== 0
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // Missing or torn by an install that was cut short: the same as not there.
    return undefined
  }
}
