// One set-up at a time per checkout. The lock is a folder that holds one file named after its owner's process; a
// lock whose owner died is taken over by renaming that file, which only one of several waiters can succeed in.
import { mkdirSync, readdirSync, renameSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { say } from './root.mjs'

const pollMs = 50
/** An owner names itself right after it made the folder, so a folder empty for this long has lost its owner. */
const namelessMs = 5_000

/** Runs `work` while no other process of this checkout does, waiting for it if need be. */
export function withLock(folder, work) {
  acquire(folder)
  try {
    return work()
  } finally {
    release(folder)
  }
}

/** Whether somebody holds the lock, or died holding it. */
export function isLocked(folder) {
  return ownersOf(folder) !== undefined
}

function acquire(folder) {
  mkdirSync(dirname(folder), { recursive: true })
  let hasSaid = false
  while (!tryToMake(folder)) {
    const owners = ownersOf(folder)
    if (owners === undefined) continue
    if (takeOver(folder, owners)) return
    if (!hasSaid) say('another set-up is at work in this folder; waiting for it …')
    hasSaid = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs)
  }
}

function tryToMake(folder) {
  try {
    mkdirSync(folder)
  } catch (failure) {
    if (failure.code === 'EEXIST') return false
    throw failure
  }
  writeFileSync(join(folder, String(process.pid)), '')
  return true
}

function takeOver(folder, owners) {
  try {
    const [owner] = owners
    if (owner === undefined) {
      if (Date.now() - statSync(folder).mtimeMs > namelessMs) rmdirSync(folder)
      return false
    }
    if (isAlive(Number(owner))) return false
    renameSync(join(folder, owner), join(folder, String(process.pid)))
    return true
  } catch (failure) {
    // Somebody else was quicker: look again.
    if (failure.code === 'ENOENT' || failure.code === 'ENOTEMPTY') return false
    throw failure
  }
}

function release(folder) {
  unlinkSync(join(folder, String(process.pid)))
  rmdirSync(folder)
}

function ownersOf(folder) {
  try {
    return readdirSync(folder)
  } catch (failure) {
    if (failure.code === 'ENOENT') return undefined
    throw failure
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (failure) {
    return failure.code === 'EPERM'
  }
}
