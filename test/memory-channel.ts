// Channels between gateways of one process: what one says all others of its group hear, at once and in order.
import type { Channel, Topic } from '../src/core/channel.ts'

export interface MemoryChannel extends Channel {
  /** What was said here. */
  readonly said: readonly string[]
  /** Words may have been missed. */
  gap(): void
}

/** So many that hear each other. */
export function memoryChannels(count: number): readonly MemoryChannel[] {
  const listeners = Array.from({ length: count }, () => new Map<Topic, (text: string) => void>())
  return listeners.map((own) => {
    const said: string[] = []
    let missed = (): void => {}
    return {
      said,
      gap: () => missed(),
      say: (topic, text) => {
        said.push(`${topic} ${text}`)
        for (const other of listeners) if (other !== own) other.get(topic)?.(text)
      },
      hear: (topic, heard) => void own.set(topic, heard),
      onGap: (tell) => {
        missed = tell
      },
    }
  })
}
