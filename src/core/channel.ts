// What gateways of a fleet tell each other at once, so that each need not find out by itself. A word may be lost, and nobody
// waits for one: whatever is said here is found out without it too, a little later.

/** What a word is about. */
export type Topic = 'keys' | 'sick'

export interface Channel {
  /** Tells all the others. */
  say(topic: Topic, text: string): void
  /** Told what others say of it; whoever asks last alone. Words are from other machines: they may hold anything. */
  hear(topic: Topic, heard: (text: string) => void): void
  /** Told each time that words may have been missed. */
  onGap(missed: () => void): void
}
