// No gateway at all: the mock provider itself. It shows what the load and the provider can do at most.
import { benchModel } from '../load/wire.ts'
import { chatPath } from './subject.ts'
import type { Subject } from './subject.ts'

/** Calls that go straight to the provider. */
export const direct: Subject = {
  name: 'direct',
  start: (place) => ({
    port: place.providerPort,
    path: chatPath,
    model: benchModel,
    headers: { authorization: `Bearer ${place.providerKey}` },
    processes: () => [],
    failure: () => undefined,
    stop: () => Promise.resolve(),
  }),
}
