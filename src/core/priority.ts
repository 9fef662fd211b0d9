// How much a call matters to those who make it: who goes first where calls wait, and who is turned away first when
// there is too much. The numbers are what code compares; the names are what people write.

/** 0 is critical, 1 high, 2 the ordinary, 3 background work. */
export type Priority = 0 | 1 | 2 | 3

/** By number. */
export const priorityNames = ['critical', 'high', 'default', 'low'] as const
export type PriorityName = (typeof priorityNames)[number]

/** What a key has whose owner said nothing. */
export const ordinary: Priority = 2

const byText: ReadonlyMap<string, Priority> = new Map<string, Priority>([
  ['critical', 0],
  ['high', 1],
  ['default', 2],
  ['low', 3],
  ['0', 0],
  ['1', 1],
  ['2', 2],
  ['3', 3],
])

/** Reads a name or a number; undefined for anything else. */
export function readPriority(text: string): Priority | undefined {
  return byText.get(text)
}

/** A call's priority: its key's, unless the call asks for a lower one. */
export function cappedPriority(ofKey: Priority = ordinary, asked: Priority | undefined): Priority {
  return asked === undefined || asked < ofKey ? ofKey : asked
}
