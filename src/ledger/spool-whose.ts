// The last field of a begin's row: whose the attempt was, and where. What is empty is left out, and the whole field with
// it; what belongs to a caller is printed once for all of its calls.
import type { AttemptBegin } from '../core/attempt.ts'
import type { CallOwner, InnerPurpose } from '../core/call-owner.ts'

type Whose = Pick<AttemptBegin, 'owner' | 'region' | 'inner'>

/** One letter each: these stand in every line of a call. */
const ownerNames = { tenant: 't', team: 'm', user: 'u', requestUser: 'e', tags: 'g', metadata: 'd' } as const
const regionName = 'r'
const innerName = 'i'

/** The members of owners as JSON, with neither brace. A caller is the same object for all of its calls. */
const ownerTexts = new WeakMap<CallOwner, string>()

/** Empty where nothing is known. Not ASCII yet. */
export function whoseText({ owner, region, inner }: Whose): string {
  let members = owner === undefined ? '' : ownerText(owner)
  if (region !== undefined) members = joined(members, `"${regionName}":${JSON.stringify(region)}`)
  if (inner !== undefined) {
    const { purpose, parentId } = inner
    members = joined(members, `"${innerName}":${JSON.stringify([purpose, parentId])}`)
  }
  return members === '' ? '' : `{${members}}`
}

function ownerText(owner: CallOwner): string {
  const known = ownerTexts.get(owner)
  if (known !== undefined) return known
  const told = Object.entries(ownerNames).flatMap(([name, letter]) => {
    const value = owner[name as keyof CallOwner]
    return isEmpty(value) ? [] : [`"${letter}":${JSON.stringify(value)}`]
  })
  const text = told.join(',')
  ownerTexts.set(owner, text)
  return text
}

function isEmpty(value: CallOwner[keyof CallOwner]): boolean {
  if (value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function joined(members: string, more: string): string {
  return members === '' ? more : `${members},${more}`
}

/** Throws TypeError for what is none. */
export function readWhose(field: unknown): Whose {
  if (typeof field !== 'object' || field === null || Array.isArray(field))
    throw new TypeError('This is nobody.')
  const members = field as Readonly<Record<string, unknown>>
  const owner = readOwner(members)
  const region = textOf(members[regionName])
  const inner = readInner(members[innerName])
  return {
    ...(owner !== undefined && { owner }),
    ...(region !== undefined && { region }),
    ...(inner !== undefined && { inner }),
  }
}

function readOwner(members: Readonly<Record<string, unknown>>): CallOwner | undefined {
  const tags = members[ownerNames.tags]
  const metadata = members[ownerNames.metadata]
  const texts = (['tenant', 'team', 'user', 'requestUser'] as const).flatMap((name) => {
    const value = textOf(members[ownerNames[name]])
    return value === undefined ? [] : [[name, value]]
  })
  const owner: CallOwner = {
    ...Object.fromEntries(texts),
    ...(Array.isArray(tags) && { tags: tags.map(String) }),
    ...(typeof metadata === 'object' && metadata !== null && { metadata: textsOf(metadata) }),
  }
  return Object.keys(owner).length === 0 ? undefined : owner
}

function textsOf(members: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(value)]))
}

function readInner(field: unknown): Whose['inner'] {
  if (!Array.isArray(field)) return undefined
  return { purpose: String(field[0]) as InnerPurpose, parentId: String(field[1]) }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
