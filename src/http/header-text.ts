// A text as the value of a header.
const plain = /^[\x20-\x7e]*$/

/** A header holds printable ASCII only; the rest is percent-encoded. */
export function headerText(text: string): string {
  return plain.test(text) ? text : encodeURI(text.toWellFormed())
}
