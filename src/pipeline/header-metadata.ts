// Metadata in a header of ours, for clients whose requests have no place for any.
import { InvalidValue } from '../core/errors.ts'

export const metadataHeader = 'x-sallyport-metadata'

const entriesMax = 20

/** Reads `tier=gold, cost-centre=12`. Throws InvalidValue. */
export function metadataIn(text: string): Record<string, string> {
  const entries = text.split(',').map((entry) => /^\s*([\w.-]{1,64})=([^,=]{0,256})$/.exec(entry))
  if (entries.length > entriesMax || entries.includes(null)) {
    const advice = `write up to ${entriesMax} entries such as tier=gold, with commas between them`
    throw new InvalidValue(metadataHeader, advice)
  }
  return Object.fromEntries(entries.map((entry) => [entry?.[1] ?? '', (entry?.[2] ?? '').trim()]))
}
