// Seals of other dialects' providers come back in a client's later turns (carried-seal.ts). A provider of this API would
// refuse them as signatures that are not its own, so the thoughts that they seal are taken out before it sees them.
import { elementSpans, indexesHolding, memberSpans } from '../json-spans.ts'
import type { Span } from '../json-spans.ts'
import { withoutSpans } from '../json-body.ts'
import type { JsonBody, Splice } from '../json-body.ts'
import { sealMark } from '../carried-seal.ts'
import { holdsText } from '../text-of-bytes.ts'

/** The splices for the array of messages that begins at `start` in a body. Most need none. */
export function withoutForeignSeals({ bytes, latin1 }: JsonBody, start: number): readonly Splice[] {
  if (!holdsText(bytes, sealMark)) return []
  const messages = elementSpans(latin1, start)
  const splices: Splice[] = []
  const emptied = new Set<number>()
  for (const index of indexesHolding(latin1, messages, sealMark)) {
    const blocks = blocksOf(latin1, messages[index])
    const foreign = new Set(
      indexesHolding(latin1, blocks, sealMark).filter((at) => isForeign(latin1, blocks[at])),
    )
    // A message without any block would be refused too.
    if (foreign.size > 0 && foreign.size === blocks.length) emptied.add(index)
    else splices.push(...withoutSpans(blocks, (at) => foreign.has(at)))
  }
  return [...withoutSpans(messages, (at) => emptied.has(at)), ...splices]
}

function blocksOf(latin1: string, message: Span | undefined): readonly Span[] {
  const members = message === undefined ? [] : memberSpans(latin1, message.start)
  const content = members.findLast(({ name }) => name === 'content')
  return content === undefined ? [] : elementSpans(latin1, content.start)
}

const signedBy: ReadonlyMap<string, string> = new Map([
  ['"thinking"', 'signature'],
  ['"redacted_thinking"', 'data'],
])

function isForeign(latin1: string, block: Span | undefined): boolean {
  const members = block === undefined ? [] : memberSpans(latin1, block.start)
  const type = members.findLast(({ name }) => name === 'type')
  const holder = type === undefined ? undefined : signedBy.get(latin1.slice(type.start, type.end))
  const seal = members.findLast(({ name }) => name === holder)
  return seal !== undefined && latin1.startsWith(`"${sealMark}`, seal.start)
}
