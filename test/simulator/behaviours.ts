// The table of every behaviour: a name, what the simulator does, and what a client must see of it through a
// gateway, streaming and not. A table-driven test runs over it; nothing in it knows a gateway.
import type { BehaviourCase } from './expectation.ts'
import { faultCases } from './behaviours-faults.ts'
import { httpCases } from './behaviours-http.ts'
import { layoutCases } from './behaviours-layout.ts'
import { statusCases } from './behaviours-status.ts'

export const behaviourCases: readonly BehaviourCase[] = [
  ...layoutCases,
  ...statusCases,
  ...faultCases,
  ...httpCases,
]
