// The items of a conversation as plain JSON: what they mean is a dialect's affair; here they are put one after another.

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The items of a list, as it was kept. */
export function itemsOf(listJson: string): readonly JsonObject[] {
  return objectsIn(parsed(listJson))
}

/** The items that a response put out. */
export function outputOf(bodyJson: string): readonly JsonObject[] {
  const body = parsed(bodyJson)
  return isObject(body) ? objectsIn(body['output']) : []
}

/** The tokens of a response with all that led to it, as its provider counted them; 0 where it did not. */
export function tokensOf(bodyJson: string): number {
  const body = parsed(bodyJson)
  const usage = isObject(body) ? body['usage'] : undefined
  if (!isObject(usage)) return 0
  return countOf(usage['input_tokens']) + countOf(usage['output_tokens'])
}

function countOf(value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0
}

/** The ids of the items that a response put out. */
export function outputIdsOf(bodyJson: string): readonly string[] {
  return outputOf(bodyJson).flatMap(({ id }) => (typeof id === 'string' && id !== '' ? [id] : []))
}

/** The id that an entry of a request's input refers to; undefined when the entry is an item itself. */
export function referredId(entry: unknown): string | undefined {
  if (!isObject(entry)) return undefined
  const { type, id } = entry
  if (typeof id !== 'string') return undefined
  const isBare =
    (type === undefined || type === null) && Object.keys(entry).every((name) => bareNames.has(name))
  return type === 'item_reference' || isBare ? id : undefined
}

/** The type of a reference may be left out. */
const bareNames = new Set(['id', 'type'])

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** A provider's text may be no JSON; then there is nothing in it to go on with. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
