// Portkey's gateway, the nearest peer in TypeScript. It lives under bench/peers with a lockfile of its own, because
// with the newest hono its streams fail: the overrides there pin the versions it works with.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { benchModel } from '../load/wire.ts'
import { gatewayCore, rememberChild, startChild } from '../measure/children.ts'
import { processTree } from '../measure/process-cost.ts'
import { chatPath } from './subject.ts'
import type { Subject } from './subject.ts'

const peersFolder = join(import.meta.dirname, '..', 'peers')
const entry = join(peersFolder, 'node_modules/@portkey-ai/gateway/build/start-server.js')

/** @portkey-ai/gateway on Node. */
export const portkey: Subject = {
  name: 'portkey',
  start(place) {
    const child = startChild({
      command: ['node', entry, `--port=${place.port}`, '--headless'],
      cores: `${gatewayCore}`,
      env: { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1' },
      folder: place.folder,
      logFile: join(place.folder, 'portkey.log'),
      // It waits for idle connections when it is asked politely, and keeps nothing that could be lost.
      stopSignal: 'SIGKILL',
    })
    return {
      port: place.port,
      path: chatPath,
      model: benchModel,
      headers: {
        authorization: `Bearer ${place.providerKey}`,
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${place.providerPort}/v1`,
      },
      processes: () => processTree(child.pid),
      failure: () => (child.hasExited() ? `Portkey ended:\n${child.lastWords()}` : undefined),
      stop: () => child.stop(),
    }
  },
}

/** Installs the peer from its lockfile: the first time, and again when the lockfile has changed since. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  if (modifiedMs('node_modules/.package-lock.json') > modifiedMs('package-lock.json')) return
  say('Installing @portkey-ai/gateway from bench/peers/package-lock.json (once) ...')
  const npm = Bun.spawn(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  rememberChild(npm)
  const complaint = await new Response(npm.stderr).text()
  if ((await npm.exited) !== 0) {
    throw new Error(
      `npm ci in bench/peers failed (run with --without portkey to go on without it):\n${complaint}`,
    )
  }
}

function modifiedMs(file: string): number {
  return statSync(join(peersFolder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}
