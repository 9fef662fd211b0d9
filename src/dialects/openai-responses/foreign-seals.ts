// Seals that we gave to a client in a form of our own come back in its later turns (carried-seal.ts). A provider of this
// dialect gets its own back as it made them; what others thought is taken out, for it could not be read there.
import { asciiJson, withoutSpans } from '../json-body.ts'
import type { JsonBody, Splice } from '../json-body.ts'
import { elementSpans, indexesHolding, memberSpans, stringAt } from '../json-spans.ts'
import type { Member } from '../scan-json.ts'
import { carriedSeal, sealMark } from '../carried-seal.ts'
import type { CarriedSeal } from '../carried-seal.ts'
import { holdsText } from '../text-of-bytes.ts'

/** The splices for the `input` that begins at `start` in a body. Most need none. */
export function withoutForeignSeals({ bytes, latin1 }: JsonBody, start: number): readonly Splice[] {
  if (!holdsText(bytes, sealMark)) return []
  const entries = elementSpans(latin1, start)
  const splices: Splice[] = []
  const foreign = new Set<number>()
  for (const index of indexesHolding(latin1, entries, sealMark)) {
    const members = memberSpans(latin1, entries[index]?.start ?? 0)
    const seal = sealOf(latin1, members)
    if (seal === undefined) continue
    const carried = carriedSeal(stringAt(latin1, seal))
    if (carried?.from === 'openai-responses') splices.push(...restored(members, seal, carried))
    else foreign.add(index)
  }
  return [...withoutSpans(entries, (at) => foreign.has(at)), ...splices]
}

/** The member that holds a seal of our form, where this is reasoning. */
function sealOf(latin1: string, members: readonly Member[]): Member | undefined {
  const type = members.findLast(({ name }) => name === 'type')
  if (type === undefined || latin1.slice(type.start, type.end) !== '"reasoning"') return undefined
  const seal = members.findLast(({ name }) => name === 'encrypted_content')
  return seal !== undefined && latin1.startsWith(`"${sealMark}`, seal.start) ? seal : undefined
}

/** The provider made the seal for this id, and takes it with no other. */
function restored(members: readonly Member[], seal: Member, carried: CarriedSeal): readonly Splice[] {
  const splices: Splice[] = [{ start: seal.start, end: seal.end, text: asciiJson(carried.seal) }]
  const id = members.findLast(({ name }) => name === 'id')
  if (carried.id === '') return splices
  if (id !== undefined) splices.push({ start: id.start, end: id.end, text: asciiJson(carried.id) })
  else splices.push({ start: seal.nameStart, end: seal.nameStart, text: `"id":${asciiJson(carried.id)},` })
  return splices
}
