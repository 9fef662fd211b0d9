import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'bun:test'
import { reportedModelsFile } from './reported-models-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-reported-'))
afterAll(() => rmSync(folder, { recursive: true }))

let problems: string[] = []
beforeEach(() => {
  problems = []
})
const onProblem = (problem: string): void => void problems.push(problem)

test('what was written is read again, by its owner only, and nothing else is left', () => {
  const store = reportedModelsFile(folder, onProblem)
  expect(store.read()).toBeUndefined()
  const models = { 'a/m': { model: 'm-1', sinceMs: 5 } }
  expect(store.write(models)).toBe(true)
  expect(store.write(models)).toBe(true)
  expect(store.read()).toEqual(models)
  expect(readdirSync(folder)).toEqual(['reported-models.json'])
  expect(statSync(join(folder, 'reported-models.json')).mode & 0o777).toBe(0o600)
  expect(problems).toEqual([])
})

test('a broken file is begun anew, with a word', () => {
  writeFileSync(join(folder, 'reported-models.json'), '{"a/m": {"mod')
  expect(reportedModelsFile(folder, onProblem).read()).toBeUndefined()
  expect(problems[0]).toContain('cannot be read, and is begun anew')
})

test('a file that cannot be written is said, and no call hears of it', () => {
  const store = reportedModelsFile(join(folder, 'not-there'), onProblem)
  expect(store.write({})).toBe(false)
  expect(problems[0]).toContain('cannot be written')
})
