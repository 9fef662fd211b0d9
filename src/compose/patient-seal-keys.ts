// The register of sealing keys of a database that may be away when a gateway starts. What is sealed meanwhile waits for that
// database as well, so the key is noted there as soon as anything is.
import type { Clock } from '../core/clock.ts'
import { failureText } from '../core/failure-text.ts'
import { wait } from '../platform/system-clock.ts'
import { evenRandom } from '../platform/random.ts'
import type { SealKeyRegister } from '../store/sealing.ts'

export interface PatienceParts {
  readonly clock: Clock
  readonly log: { warn(event: string, facts: Readonly<Record<string, string>>): void }
}

const againMs = 1_000

/** The same register; nothing of it that a start needs rejects. */
export function patientSealKeys(register: SealKeyRegister, { clock, log }: PatienceParts): SealKeyRegister {
  const addLater = async (id: string): Promise<void> => {
    for (let isAdded = false; !isAdded;) {
      await wait(clock, againMs * (0.5 + evenRandom()))
      isAdded = await register.add(id).then(
        () => true,
        () => false,
      )
    }
  }
  return {
    ids: async () => {
      try {
        return await register.ids()
      } catch (failure) {
        const error = failureText(failure)
        log.warn('encryption_keys_not_read', { error })
        return []
      }
    },
    add: async (id) => {
      await register.add(id).catch(() => void addLater(id))
    },
    remove: (id) => register.remove(id),
  }
}
