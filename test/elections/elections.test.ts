// Offices among real processes: whoever stalls loses it, and what it still writes is refused.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hasRedis, startRedis } from '../servers/redis.ts'
import type { TestRedis } from '../servers/redis.ts'
import { until } from '../until.ts'

const leaseMs = 600
const program = new URL('candidate.ts', import.meta.url).pathname

class Candidate {
  readonly lines: string[] = []
  readonly process: Bun.Subprocess<'pipe', 'pipe', 'inherit'>

  constructor(url: string, holder: string) {
    this.process = Bun.spawn([process.execPath, '--no-env-file', program, url, holder, String(leaseMs)], {
      stdin: 'pipe',
      stdout: 'pipe',
    })
    void this.#read()
  }

  /** The number of its term; 0 for none. */
  get term(): number {
    const last = this.lines.findLast((line) => line.startsWith('term '))
    return Number(last?.replace('none', '').slice(5) ?? 0)
  }

  /** Says something, and gives the number that the answer ends in. */
  async ask(line: string, answer: string): Promise<number> {
    const before = this.lines.length
    void this.process.stdin.write(`${line}\n`)
    void this.process.stdin.flush()
    const answers = (): string | undefined =>
      this.lines.slice(before).find((said) => said.startsWith(`${answer} `))
    await until(() => answers() !== undefined)
    return Number(answers()?.slice(answer.length + 1))
  }

  async #read(): Promise<void> {
    let rest = ''
    for await (const chunk of this.process.stdout) {
      const lines = (rest + Buffer.from(chunk).toString()).split('\n')
      rest = lines.pop() ?? ''
      this.lines.push(...lines)
    }
  }
}

describe.skipIf(!hasRedis)('an office among processes', () => {
  let redis: TestRedis
  let candidates: readonly Candidate[]

  beforeAll(async () => {
    redis = await startRedis()
    candidates = ['one', 'two', 'three'].map((name) => new Candidate(redis.url, name))
    await until(() => holders().length === 1)
  })

  afterAll(async () => {
    for (const { process: child } of candidates) child.kill('SIGKILL')
    await redis[Symbol.asyncDispose]()
  })

  const holders = (): readonly Candidate[] => candidates.filter(({ term }) => term > 0)

  function theHolder(): Candidate {
    const [holder] = holders()
    if (holder === undefined) throw new Error('nobody has it')
    return holder
  }

  test('goes to another when its holder stalls, whose late words are refused', async () => {
    const stalled = theHolder()
    const term = await stalled.ask('prepare', 'prepared')
    expect(term).toBe(stalled.term)
    expect(await stalled.ask('write 100', 'wrote')).toBe(-1)
    stalled.process.kill('SIGSTOP')
    const others = candidates.filter((candidate) => candidate !== stalled)
    await until(() => others.some((candidate) => candidate.term > 0))
    const next = others.find((candidate) => candidate.term > 0) ?? stalled
    expect(await next.ask('prepare', 'prepared')).toBeGreaterThan(term)
    expect(await next.ask('write 200', 'wrote')).toBe(100)
    stalled.process.kill('SIGCONT')
    // It had everything ready when it was stopped.
    expect(await stalled.ask('write 900', 'wrote')).toBe(-2)
    expect(await next.ask('write 200', 'wrote')).toBe(200)
    await until(() => stalled.term === 0)
    expect(await stalled.ask('prepare', 'prepared')).toBe(-1)
    expect(holders()).toEqual([next])
  })

  test('is one process’s at a time, whoever is killed', async () => {
    const first = theHolder()
    const { term } = first
    first.process.kill('SIGKILL')
    await first.process.exited
    const others = candidates.filter((candidate) => candidate !== first)
    await until(() => others.some((candidate) => candidate.term > 0))
    expect(others.filter((candidate) => candidate.term > 0)).toHaveLength(1)
    expect(Math.max(...others.map((candidate) => candidate.term))).toBeGreaterThan(term)
  })

  test('is had again, under a larger number, when the store has lost everything', async () => {
    const alive = candidates.filter(({ process: child }) => child.exitCode === null && !child.killed)
    const term = Math.max(...alive.map((candidate) => candidate.term))
    await redis.restart()
    await until(() => {
      const terms = alive.map((candidate) => candidate.term).filter((held) => held > 0)
      return terms.length === 1 && (terms[0] ?? 0) > term
    })
  })
})
