// The bytecode bundle that `npm start` runs: it starts several times faster than the sources do. Each build lies in a
// folder named after the hash of all that went into it, so "is it stale" is one comparison, and a running gateway
// keeps the build that it started from.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { buildFolder, bunBinary, lockFile, root, say, SetupProblem } from './root.mjs'

const current = join(buildFolder, 'current')
const keptBuilds = 3
const sources = join(root, 'src')
// Bytecode needs CommonJS outside of compiled executables, hence no top-level await and no import.meta.resolve.
export const buildFlags = [
  '--target=bun',
  '--format=cjs',
  '--bytecode',
  // A running gateway holds its own text in memory; stacks are shown by the map.
  '--minify',
  '--keep-names',
  '--sourcemap=linked',
  '--define=SALLYPORT_BUNDLE=true',
  `--root=${sources}`,
]

/** Cheap: whether the bundle is of these very sources, packages and place. */
export function isBuilt() {
  return linkedBuild() === hashOfInputs() && existsSync(join(current, 'main.js'))
}

/** Builds aside and swaps a link, so that nobody ever sees half a build. */
export function buildBundle() {
  const hash = hashOfInputs()
  const finished = join(buildFolder, hash)
  if (!existsSync(join(finished, 'main.js'))) {
    const unfinished = join(buildFolder, `unfinished-${process.pid}`)
    rmSync(unfinished, { recursive: true, force: true })
    bundleInto(unfinished)
    rmSync(finished, { recursive: true, force: true })
    renameSync(unfinished, finished)
  }
  const link = join(buildFolder, `link-${process.pid}`)
  rmSync(link, { force: true })
  symlinkSync(hash, link)
  renameSync(link, current)
  removeOldBuilds(hash)
}

function bundleInto(folder) {
  say('building the bundle …')
  const words = ['--no-env-file', 'build', ...entryPoints(), ...buildFlags]
  const { status, stdout, stderr } = spawnSync(bunBinary, [...words, `--outdir=${folder}`], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new SetupProblem(`the bundle could not be built.\n${stdout}${stderr}`)
  if (!existsSync(join(folder, 'main.js.jsc'))) {
    throw new SetupProblem(
      'the bundle has no bytecode: src/ uses something that only modules have, such as a top-level await or ' +
        'import.meta.resolve.',
    )
  }
}

/** The program, and what is loaded apart from it: each is its own entry point and is named so. */
export function entryPoints() {
  const apart = filesUnder(sources).filter((file) => /-(worker|apart)\.ts$/.test(file))
  return [join(sources, 'main.ts'), ...apart]
}

function hashOfInputs() {
  // import.meta.url is written into the bundle, so a checkout that was moved is built again.
  const hash = createHash('sha256')
    .update(`${root} ${buildFlags.join(' ')}`)
    .update(readFileSync(lockFile))
  for (const file of [join(root, 'package.json'), join(root, 'tsconfig.json'), ...filesUnder(sources)]) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

function linkedBuild() {
  try {
    return readlinkSync(current)
  } catch {
    // Never built.
    return undefined
  }
}

/** A few older builds stay for gateways that still run from them. */
function removeOldBuilds(hash) {
  const builds = readdirSync(buildFolder)
    .filter((name) => /^[0-9a-f]{16}$|^unfinished-/.test(name) && name !== hash)
    .map((name) => ({ folder: join(buildFolder, name), builtMs: statSync(join(buildFolder, name)).mtimeMs }))
    .sort((one, other) => other.builtMs - one.builtMs)
  for (const { folder } of builds.slice(keptBuilds - 1)) rmSync(folder, { recursive: true, force: true })
}
