// Saturation comes from wrk: it costs so little that the gateway's core is the one that is full. A load generator in
// JavaScript leaves a quick proxy idle for a third of its time, and its figures then flatter everybody else.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inheritedEnv, loadCore, rememberChild } from '../measure/children.ts'
import { withFolder } from '../measure/rig.ts'

/** What to send, on how many connections, for how long. */
export type Saturation = {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly connections: number
  readonly durationMs: number
}

/** What wrk counted. */
export type SaturationCount = {
  readonly calls: number
  readonly bytes: number
  readonly durationUs: number
  readonly failedStatus: number
  readonly failedSocket: number
}

const script = join(import.meta.dirname, 'call.lua')

/** Keeps every connection busy for the whole time. Throws when a call fails: a failed call is a cheap one. */
export function saturate(load: Saturation): Promise<SaturationCount> {
  return withFolder((folder) => {
    // One variable of the environment holds no more than 128 KiB.
    const bodyFile = join(folder, 'body.json')
    writeFileSync(bodyFile, load.body)
    return runWrk(load, bodyFile)
  })
}

async function runWrk(load: Saturation, bodyFile: string): Promise<SaturationCount> {
  const headers = Object.entries(load.headers).map(([name, value]) => `${name}: ${value}`)
  const seconds = Math.max(1, Math.round(load.durationMs / 1000))
  const words = `-c ${loadCore} wrk --threads 1 --connections ${load.connections} --duration ${seconds}s --timeout 10s`
  const url = `http://127.0.0.1:${load.port}${load.path}`
  const wrk = Bun.spawn(['taskset', ...words.split(' '), '--script', script, url], {
    env: { ...inheritedEnv(), BENCH_BODY_FILE: bodyFile, BENCH_HEADERS: headers.join('\n') },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  rememberChild(wrk)
  const [printed, complaint] = await Promise.all([
    new Response(wrk.stdout).text(),
    new Response(wrk.stderr).text(),
  ])
  await wrk.exited
  const line = /^BENCH (.*)$/m.exec(printed)?.[1]
  if (line === undefined) throw new Error(`wrk gave no result:\n${printed}${complaint}`)

  const count = JSON.parse(line) as SaturationCount
  if (count.failedStatus + count.failedSocket > 0 || count.calls === 0) {
    throw new Error(`wrk counted ${line}: every call must be answered 200`)
  }
  return count
}
