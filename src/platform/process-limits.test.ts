import { describe, expect, test } from 'bun:test'
import { memoryBytesMax, openFiles, openFilesMax } from './process-limits.ts'

const machine = 16_000_000_000

function withFiles(files: Readonly<Record<string, string>>): (path: string) => string | undefined {
  return (path) => files[path]
}

describe('memoryBytesMax', () => {
  test.each([
    [
      'its group, in version 2',
      { '/proc/self/cgroup': '0::/box\n', '/sys/fs/cgroup/box/memory.max': '1000\n' },
      1000,
    ],
    [
      'a group around it',
      {
        '/proc/self/cgroup': '0::/pod/box\n',
        '/sys/fs/cgroup/pod/box/memory.max': 'max\n',
        '/sys/fs/cgroup/pod/memory.max': '2000\n',
      },
      2000,
    ],
    [
      'the root that a container sees of its own group',
      { '/proc/self/cgroup': '0::/../outside\n', '/sys/fs/cgroup/memory.max': '3000\n' },
      3000,
    ],
    [
      'its group, in version 1',
      {
        '/proc/self/cgroup': '5:cpu,cpuacct:/x\n4:memory:/box\n0::/\n',
        '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': '4000\n',
      },
      4000,
    ],
    [
      'the machine, where version 1 has no limit',
      {
        '/proc/self/cgroup': '4:memory:/box\n',
        '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': '9223372036854771712\n',
      },
      machine,
    ],
    ['the machine, on another system', {}, machine],
  ])('is that of %s', (_, files, bytes) => {
    expect(memoryBytesMax(withFiles(files), machine)).toBe(bytes)
  })

  test('is something on this machine', () => {
    expect(memoryBytesMax()).toBeGreaterThan(100_000_000)
  })
})

describe('open files', () => {
  test('the soft limit counts', () => {
    const text = 'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024   524288   files\n'
    expect(openFilesMax(withFiles({ '/proc/self/limits': text }))).toBe(1024)
  })

  test('no limit and no such file are unknown', () => {
    expect(
      openFilesMax(withFiles({ '/proc/self/limits': 'Max open files  unlimited  unlimited  files\n' })),
    ).toBeUndefined()
    expect(openFilesMax(withFiles({}))).toBeUndefined()
  })

  test('are counted where the system lists them', () => {
    const count = openFiles()
    if (process.platform === 'linux') expect(count).toBeGreaterThan(2)
    else expect(count).toBeUndefined()
  })
})
