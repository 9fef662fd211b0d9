import { describe, expect, test } from 'bun:test'
import { catalogue } from '../providers/catalogue.ts'
import { loadConfig } from './load-config.ts'
import type { LoadParts } from './load-config.ts'

/** A folder `/work` with these files in it. */
function inFolder(files: Readonly<Record<string, string>>): LoadParts {
  const fullPath = (path: string, beside = '/srv/here') => new URL(path, `file://${beside}`).pathname
  return {
    knownProviders: catalogue,
    environment: {},
    fullPath: (path, beside) => fullPath(path, beside === undefined ? undefined : fullPath(beside)),
    readText: (path) => {
      const text = files[fullPath(path)]
      if (text === 'forbidden') return { ok: false, missing: false, reason: 'may not be read by this user' }
      return text === undefined ? { ok: false, missing: true, reason: 'does not exist' } : { ok: true, text }
    },
  }
}

describe('loading a config', () => {
  test('without a file gives the defaults, and names where a file is looked for', () => {
    const loaded = loadConfig(undefined, inFolder({}))
    expect(loaded).toMatchObject({ ok: true, source: undefined, config: { server: { port: 4117 } } })
    expect(loaded.files).toEqual(['/srv/sallyport.yaml', '/srv/sallyport.yml'])
  })

  test('takes sallyport.yaml of the working folder', () => {
    const loaded = loadConfig(undefined, inFolder({ '/srv/sallyport.yaml': 'server: { port: 1 }' }))
    expect(loaded).toMatchObject({ ok: true, source: 'sallyport.yaml', config: { server: { port: 1 } } })
  })

  test('takes sallyport.yml where there is no sallyport.yaml', () => {
    const loaded = loadConfig(undefined, inFolder({ '/srv/sallyport.yml': 'server: { port: 2 }' }))
    expect(loaded).toMatchObject({ ok: true, source: 'sallyport.yml', config: { server: { port: 2 } } })
  })

  test('takes the file that was asked for, and no other', () => {
    const parts = inFolder({ '/srv/sallyport.yaml': '', '/etc/s.yaml': 'server: { port: 3 }' })
    const loaded = loadConfig('/etc/s.yaml', parts)
    expect(loaded).toMatchObject({ ok: true, source: '/etc/s.yaml', config: { server: { port: 3 } } })
  })

  test('refuses when the file that was asked for is not there', () => {
    const loaded = loadConfig('away.yaml', inFolder({ '/srv/sallyport.yaml': '' }))
    expect(loaded).toEqual({
      ok: false,
      source: 'away.yaml',
      files: ['/srv/away.yaml'],
      problems: [{ path: '', line: 1, column: 1, message: 'the file does not exist' }],
    })
  })

  test('refuses when the usual file is there but cannot be read', () => {
    const loaded = loadConfig(
      undefined,
      inFolder({ '/srv/sallyport.yaml': 'forbidden', '/srv/sallyport.yml': '' }),
    )
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ message: 'the file may not be read by this user' }],
    })
  })

  test('finds the files that a config names beside the config, and watches them too', () => {
    const text = 'providers: { openai: { api_key: file:../run/key } }'
    const loaded = loadConfig('/etc/s/s.yaml', inFolder({ '/etc/s/s.yaml': text, '/etc/run/key': 'sk-x\n' }))
    expect(loaded).toMatchObject({ ok: true, files: ['/etc/s/s.yaml', '/etc/run/key'] })
    expect(loaded.ok && loaded.secrets.get('file:../run/key')?.reveal()).toBe('sk-x')
  })

  test('watches a file that a refused config names, so that its coming mends it', () => {
    const text = 'providers: { openai: { api_key: file:key } }'
    const loaded = loadConfig(undefined, inFolder({ '/srv/sallyport.yaml': text }))
    expect(loaded).toMatchObject({ ok: false, files: ['/srv/sallyport.yaml', '/srv/key'] })
  })
})
