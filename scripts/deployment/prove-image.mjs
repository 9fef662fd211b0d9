// Does what the Dockerfile says in a folder in the place of its two stages, and runs what comes out as the image would be
// run: as its user, with its environment, in a tree that this user cannot write to but for the volume.
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { root } from '../root.mjs'
import { readDockerfile, readIgnore } from './dockerfile.mjs'

const startMs = 10_000
const endMs = 20_000

/** What is wrong with the image; undefined when nothing is. */
export async function proveImage() {
  const [build, image] = readDockerfile(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8'))
  // Everybody may pass through it, unlike what mkdtemp makes.
  const place = mkdtempSync(join(tmpdir(), 'sallyport-image-'))
  chmodSync(place, 0o755)
  try {
    const builder = join(place, 'builder')
    const problem = followBuild(build, builder)
    if (problem !== undefined) return problem
    const layout = layOut(image, builder, join(place, 'image'))
    return await tryImage(layout)
  } catch (failure) {
    return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** The first stage. Its absolute paths are those of the folder. */
function followBuild(stage, folder) {
  const isSent = readIgnore(readFileSync(join(root, '.dockerignore'), 'utf8'))
  let workdir = '/'
  for (const { word, rest } of stage.steps) {
    const here = join(folder, workdir)
    mkdirSync(here, { recursive: true })
    if (word === 'WORKDIR') workdir = rest
    else if (word === 'COPY') {
      const words = rest.split(/\s+/)
      const into = words.pop()
      for (const from of words) copySent(from, join(here, into), { isSent, isOne: !into.endsWith('/') })
    } else if (word === 'RUN') {
      // A builder has no packages of the checkout around it, so the ones that are run are those that it installed.
      const script = rest.replaceAll(/(?<=\s)\/(?=out\b)/g, `${folder}/`)
      const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: here, encoding: 'utf8' })
      if (status !== 0) return `RUN ${rest}\n${stdout}${stderr}`
    } else throw new Error(`the proof knows no ${word} in the stage that builds`)
  }
  return undefined
}

function copySent(from, into, { isSent, isOne }) {
  const source = join(root, from)
  const target =
    isOne && !lstatSync(source).isDirectory() && !existsSync(into) ? into : intoOf(source, into, from)
  cpSync(source, target, {
    recursive: true,
    filter: (path) => lstatSync(path).isDirectory() || isSent(relative(root, path)),
  })
}

/** A folder's content is copied, a file goes into a folder. */
function intoOf(source, into, from) {
  return lstatSync(source).isDirectory() ? into : join(into, from)
}

/** The second stage: where each thing lies, and how it is run. */
function layOut(stage, builder, folder) {
  const layout = {
    folder,
    workdir: '/',
    environment: {},
    uid: 0,
    entry: [],
    command: [],
    health: [],
    volume: '',
  }
  for (const { word, flags, rest } of stage.steps) {
    if (word === 'COPY') copyOut(rest.split(/\s+/), flags, { builder, folder })
    else if (word === 'WORKDIR') layout.workdir = rest
    else if (word === 'USER') layout.uid = Number(rest.split(':')[0])
    else if (word === 'VOLUME') layout.volume = rest
    else if (word === 'ENV')
      Object.assign(layout.environment, Object.fromEntries(rest.split(/\s+/).map(pairOf)))
    else if (word === 'ENTRYPOINT') layout.entry = JSON.parse(rest)
    else if (word === 'CMD') layout.command = JSON.parse(rest)
    else if (word === 'HEALTHCHECK') layout.health = JSON.parse(rest.replace(/^CMD\s+/, ''))
    else if (word === 'STOPSIGNAL') layout.stopSignal = rest
    else if (!['LABEL', 'EXPOSE'].includes(word)) throw new Error(`the proof knows no ${word} in the image`)
  }
  return layout
}

function copyOut([from, into], { chown, chmod }, { builder, folder }) {
  const target = join(folder, into)
  mkdirSync(dirname(target), { recursive: true })
  cpSync(join(builder, from), target, { recursive: true })
  if (chmod !== undefined) chmodSync(target, Number.parseInt(chmod, 8))
  if (chown !== undefined && process.getuid() === 0) chownSync(target, ...chown.split(':').map(Number))
}

function pairOf(text) {
  const [name, ...value] = text.split('=')
  return [name, value.join('=')]
}

/** Starts it, asks it for what an image must do, and stops it. */
async function tryImage(layout) {
  const { folder, volume, stopSignal, uid } = layout
  if (uid === 0) return 'the image runs as root'
  makeReadOnly(folder, join(folder, volume))
  const before = listing(folder, volume)
  const strayBefore = strayFiles(uid)
  // Any free port, because the usual one may be taken here.
  const gateway = new Running(layout, [...layout.command, '--port', '0'])
  try {
    const { url } = await gateway.logged('listening')
    const healthy = runOnce(layout, layout.health)
    if (healthy.status !== 0) return `HEALTHCHECK of a gateway that runs: ${healthy.output}`
    const secret = / {2}(sp_\w+)\n/.exec(await gateway.printed(/ {2}sp_\w+\n/))?.[1]
    const near = url.replace('0.0.0.0', '127.0.0.1')
    const answer = await fetch(`${near}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }),
    })
    if (answer.status !== 200) return `a call was answered with ${answer.status}: ${await answer.text()}`
    gateway.child.kill(stopSignal)
    const code = await gateway.ended()
    if (code !== 0) return `after ${stopSignal} it ended with ${code}: ${gateway.output}`
    const gone = runOnce(layout, layout.health)
    if (gone.status === 0) return 'HEALTHCHECK finds nothing wrong with a gateway that is gone'
    if (listing(folder, volume) !== before) return 'it changed its own tree outside of the volume'
    const stray = strayFiles(uid).filter((path) => !strayBefore.includes(path))
    return stray.length === 0 ? undefined : `it wrote outside of the volume: ${stray.join(', ')}`
  } finally {
    gateway.child.kill('SIGKILL')
  }
}

class Running {
  output = ''
  #onOutput = () => {}

  constructor(layout, words) {
    this.child = spawn(
      join(layout.folder, layout.entry[0]),
      [...layout.entry.slice(1), ...words],
      spawnOptions(layout),
    )
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (piece) => {
        this.output += piece
        this.#onOutput()
      })
    }
    this.exit = new Promise((resolve) => this.child.on('close', resolve))
  }

  /** Everything so far, once this is in it. */
  printed(pattern) {
    return within(
      startMs,
      new Promise((resolve, reject) => {
        this.#onOutput = () => pattern.test(this.output) && resolve(this.output)
        this.#onOutput()
        void this.exit.then((code) => reject(new Error(`it ended with ${code}: ${this.output}`)))
      }),
      () => `it did not print ${pattern}: ${this.output}`,
    )
  }

  async logged(event) {
    const printed = await this.printed(new RegExp(`"event":"${event}".*\\n`))
    return JSON.parse(printed.split('\n').find((line) => line.includes(`"event":"${event}"`)))
  }

  ended() {
    return within(endMs, this.exit, () => `it does not end: ${this.output}`)
  }
}

function runOnce(layout, [program, ...words]) {
  const options = { ...spawnOptions(layout), encoding: 'utf8' }
  const { status, stdout, stderr } = spawnSync(join(layout.folder, program), words, options)
  return { status, output: `${stdout}${stderr}` }
}

/** Its own user where we may choose, its own environment and no other. */
function spawnOptions({ folder, workdir, environment, volume, uid }) {
  const env = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.startsWith(volume) ? join(folder, value) : value,
    ]),
  )
  const options = { cwd: join(folder, workdir), env, stdio: ['ignore', 'pipe', 'pipe'] }
  return process.getuid() === 0 ? { ...options, uid, gid: uid } : options
}

function within(limitMs, promise, problem) {
  return Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error(problem())), limitMs).unref()),
  ])
}

function makeReadOnly(folder, except) {
  for (const path of pathsUnder(folder)) {
    if (path !== except && !path.startsWith(`${except}/`)) chmodSync(path, lstatSync(path).mode & 0o555)
  }
  chmodSync(folder, 0o555)
}

function listing(folder, volume) {
  return pathsUnder(folder)
    .filter((path) => !`${path}/`.startsWith(`${join(folder, volume)}/`))
    .map((path) => `${path} ${lstatSync(path).mtimeMs} ${lstatSync(path).size}`)
    .join('\n')
}

function pathsUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) =>
    join(entry.parentPath, entry.name),
  )
}

/** What its user has in the places where anybody may write. Nobody can tell where we are not allowed to choose the user. */
function strayFiles(uid) {
  if (process.getuid() !== 0) return []
  return ['/tmp', '/var/tmp', '/dev/shm']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.uid === uid)
}
