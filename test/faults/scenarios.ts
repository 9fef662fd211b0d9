// All scenarios, in the order in which the command runs them: the quick ones first.
import { allProvidersDown } from './scenarios/all-providers-down.ts'
import { brokenStreams } from './scenarios/broken-streams.ts'
import { killedProcess } from './scenarios/killed-process.ts'
import { leavingProcess } from './scenarios/leaving-process.ts'
import { limitsHold } from './scenarios/limits-hold.ts'
import { malformedInputs } from './scenarios/malformed-inputs.ts'
import { canaries } from './scenarios/canaries.ts'
import { continuedStreams } from './scenarios/continued-streams.ts'
import { blockedLoop } from './scenarios/blocked-loop.ts'
import { overload } from './scenarios/overload.ts'
import { money } from './scenarios/money.ts'
import { oneProviderSick } from './scenarios/one-provider-sick.ts'
import { thousandReloads } from './scenarios/thousand-reloads.ts'
import { storesAway } from './scenarios/stores-away.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: readonly Scenario[] = [
  brokenStreams,
  continuedStreams,
  leavingProcess,
  killedProcess,
  malformedInputs,
  canaries,
  blockedLoop,
  money,
  limitsHold,
  overload,
  thousandReloads,
  allProvidersDown,
  oneProviderSick,
  ...storesAway,
]
