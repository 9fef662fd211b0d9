// The ways in which a database goes away, and comes back.
import { readdirSync, readFileSync } from 'node:fs'
import type { ChaosProxy } from '../servers/chaos-proxy.ts'
import type { OwnPostgres } from '../servers/postgres.ts'

export type Hurt = 'stopped' | 'frozen' | 'silent' | 'resetting'

/** Resolves with what makes it well again. */
export async function hurtPostgres(
  hurt: Hurt,
  { postgres, proxy }: { readonly postgres: OwnPostgres; readonly proxy: ChaosProxy },
): Promise<() => Promise<void>> {
  if (hurt === 'stopped') {
    await postgres.stop()
    return () => postgres.startAgain()
  }
  if (hurt === 'frozen') {
    const frozen = [postgres.pid, ...childrenOf(postgres.pid)]
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    return async () => {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
    }
  }
  proxy.turn(hurt)
  return async () => {
    proxy.turn('fair')
  }
}

/** Each connection is a process of its own. */
function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === parent)
    .map(Number)
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}
