import { describe, expect, test } from 'bun:test'
import { CredentialEjection } from './credential-ejection.ts'
import { defaultHealthSettings } from './health-settings.ts'

describe('an ejection for a credential', () => {
  test('changes once, however often it is refused', () => {
    const ejection = made()
    ejection.refuse(0)
    ejection.refuse(1_000)
    expect([ejection.isEjected, ejection.changes, ejection.probeInMs(1_000)]).toEqual([true, 1, 86_400_000])
  })

  test('ends once', () => {
    const ejection = made()
    ejection.restore()
    expect(ejection.changes).toBe(0)
    ejection.refuse(0)
    ejection.restore()
    ejection.restore()
    expect([ejection.isEjected, ejection.changes]).toEqual([false, 2])
  })

  test('lets a call try after a day, and another a minute later', () => {
    const ejection = made()
    ejection.refuse(0)
    ejection.tryOut(86_399_999)
    expect(ejection.probeInMs(86_399_999)).toBe(1)
    ejection.tryOut(86_400_000)
    expect(ejection.probeInMs(86_400_000)).toBe(60_000)
  })
})

function made(): CredentialEjection {
  return new CredentialEjection(defaultHealthSettings)
}
