// The thread that ships to PostgreSQL. It makes no tables: until the gateway has made them, it fails and is asked again.
import { answerShipQuestions } from '../spool/answer-ship-questions.ts'
import { readAddress } from './address.ts'
import { connectPostgres } from './connection.ts'
import { createPostgresAttempts } from './postgres-attempts.ts'
import { createPostgresSpendTables } from './postgres-spend.ts'

const readingConnections = 2

answerShipQuestions({
  openStore: (place) => createPostgresAttempts(connectPostgres(readAddress(place), 1)),
  openSpend: (place) => createPostgresSpendTables(connectPostgres(readAddress(place), readingConnections)),
})
