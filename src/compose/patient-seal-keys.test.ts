import { expect, test } from 'bun:test'
import { MemorySealKeys } from '../../test/contract/memory-sealing.ts'
import { until } from '../../test/until.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { patientSealKeys } from './patient-seal-keys.ts'

test('a start does not wait for a register that is away, and its key is noted when it is back', async () => {
  const [register, clock] = [new MemorySealKeys(), new VirtualClock()]
  const warned: unknown[] = []
  const patient = patientSealKeys(register, {
    clock,
    log: { warn: (event, facts) => void warned.push([event, facts]) },
  })
  register.isAway = true
  expect(await patient.ids()).toEqual([])
  expect(warned).toEqual([['encryption_keys_not_read', { error: 'the register is away' }]])
  await patient.add('a1')
  // Another try that fails, and then one that does not.
  clock.advance(2_000)
  await until(() => clock.pending > 0)
  register.isAway = false
  expect(await patient.ids()).toEqual([])
  clock.advance(2_000)
  await until(async () => (await register.ids()).length > 0)
  expect(await patient.ids()).toEqual(['a1'])
  expect(clock.pending).toBe(0)
})

test('what an operator does is not put off', async () => {
  const register = new MemorySealKeys()
  const patient = patientSealKeys(register, { clock: new VirtualClock(), log: { warn: () => {} } })
  await patient.add('a1')
  register.isAway = true
  expect(patient.remove('a1')).rejects.toThrow('away')
  register.isAway = false
  await patient.remove('a1')
  expect(await patient.ids()).toEqual([])
})
