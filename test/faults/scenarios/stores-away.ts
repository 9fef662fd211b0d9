// What befalls the stores that gateways have in common: each alone, and both at once.
import type { Scenario } from '../scenario.ts'
import { bothStoresAway } from './both-stores-away.ts'
import { databaseAway } from './database-away.ts'
import { redisAway } from './redis-away.ts'

export const storesAway: readonly Scenario[] = [databaseAway, redisAway, bothStoresAway]
