// On what a run was made: figures of different machines are not to be compared, their ratios are.
import { cpus, release } from 'node:os'
import { inheritedEnv } from '../measure/children.ts'

/** The machine and the versions of what ran on it. */
export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly kernel: string
  readonly bun: string
  readonly node: string
  readonly nginx: string
}

/** Looks at this machine. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    kernel: release(),
    bun: Bun.version,
    node: printedBy(['node', '--version']),
    nginx: printedBy(['nginx', '-v']).replace('nginx version: ', ''),
  }
}

function printedBy(command: string[]): string {
  const { stdout, stderr } = Bun.spawnSync(command, { env: inheritedEnv() })
  return `${stdout.toString()}${stderr.toString()}`.trim()
}
