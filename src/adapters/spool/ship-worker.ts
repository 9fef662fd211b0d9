// The thread that ships to SQLite: reading, parsing and the commit happen here, so that no call waits for them.
import { openAttemptStore } from '../sqlite/sqlite-attempts.ts'
import { openSpendTables } from '../sqlite/sqlite-spend.ts'
import { answerShipQuestions } from './answer-ship-questions.ts'

answerShipQuestions({ openStore: openAttemptStore, openSpend: openSpendTables })
