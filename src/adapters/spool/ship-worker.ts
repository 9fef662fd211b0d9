// The thread that ships to SQLite: reading, parsing and the commit happen here, so that no call waits for them.
import { openAttemptStore } from '../sqlite/sqlite-attempts.ts'
import { answerShipQuestions } from './answer-ship-questions.ts'

answerShipQuestions(({ place }) => openAttemptStore(place))
