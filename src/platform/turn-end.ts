// The end of the event loop's turn, to which sending is put off. Who is sent something has to be woken, and where his
// processor sleeps that is a third of what a send costs; what follows in the same breath finds him awake.

/** Who has put something off. */
export interface TurnTask {
  /** The turn has ended: everything that had come in has been read. */
  turnEnds(): void
}

let waiting: TurnTask[] = []

/** Tells the task when this turn of the loop ends. What it puts off then is for the next turn. */
export function atTurnEnd(task: TurnTask): void {
  if (waiting.length === 0) setImmediate(endTurn)
  waiting.push(task)
}

function endTurn(): void {
  const due = waiting
  waiting = []
  let told = 0
  try {
    for (const task of due) {
      told += 1
      task.turnEnds()
    }
  } finally {
    // A bug in what one of them runs must not stop the others.
    if (told < due.length) for (const task of due.slice(told)) atTurnEnd(task)
  }
}
