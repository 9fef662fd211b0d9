// Whether a text is like a pattern with stars. It stands in for regular expressions, which a rule may not use: there is
// always a pattern and a text for which one of those takes minutes, and the text comes from outside.

/** `*` stands for any letters, none included; everything else for itself. The whole text must fit. */
export function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts[parts.length - 1] ?? ''
  if (parts.length === 1) return text === pattern
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let at = first.length
  if (at > end) return false
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= end
}
