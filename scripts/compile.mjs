// One file that is the whole gateway, with its runtime: nothing has to be installed where it runs, not even Node.
//   npm run compile                      writes .build/sallyport
//   npm run compile -- --out /bin/gate   writes it there
// It is of the machine that compiles it: its system, its processor and its C library.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildFlags, entryPoints } from './build-bundle.mjs'
import { buildFolder, bunBinary, root, say, SetupProblem } from './root.mjs'

// Where it runs there may be a .env or a bunfig.toml of somebody else's; what is to be read stands in the config.
const compileFlags = ['--compile', '--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig']

function compile(out) {
  // The maps that explain a stack are in the executable; those beside it are of no use to anybody.
  const unfinished = mkdtempSync(join(dirname(out), '.sallyport-compiling-'))
  try {
    const words = ['--no-env-file', 'build', ...entryPoints(), ...buildFlags, ...compileFlags]
    const { status, stdout, stderr } = spawnSync(
      bunBinary,
      [...words, `--outfile=${join(unfinished, 'sallyport')}`],
      {
        cwd: root,
        encoding: 'utf8',
      },
    )
    if (status !== 0) throw new SetupProblem(`the executable could not be compiled.\n${stdout}${stderr}`)
    // One that runs just now is left as it is: only its name goes to the new one.
    renameSync(join(unfinished, 'sallyport'), out)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

try {
  const { values } = parseArgs({ options: { out: { type: 'string' } } })
  const out = resolve(values.out ?? join(buildFolder, 'sallyport'))
  mkdirSync(dirname(out), { recursive: true })
  compile(out)
  say(`compiled ${out}`)
} catch (failure) {
  if (!(failure instanceof SetupProblem) && failure?.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw failure
  process.stderr.write(`sallyport: ${failure.message}\n`)
  process.exitCode = 1
}
