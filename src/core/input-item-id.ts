// The ids of input items that came without one. They say in whose response's input they stand, so that a client can refer to
// them and no index of them need be kept.

const responsePrefix = 'resp_'
const form = /^[a-z]+_(.+)_in\d+$/

/** `msg_7_in0`: the first item of what `resp_7` was made from. */
export function inputItemId(prefix: string, responseId: string, index: number): string {
  const bare = responseId.startsWith(responsePrefix) ? responseId.slice(responsePrefix.length) : responseId
  return `${prefix}_${bare}_in${index}`
}

/** The responses in whose input an item of this id can stand: one of them, or none. */
export function responsesOfInputItem(itemId: string): readonly string[] {
  const bare = form.exec(itemId)?.[1]
  return bare === undefined ? [] : [`${responsePrefix}${bare}`, bare]
}
