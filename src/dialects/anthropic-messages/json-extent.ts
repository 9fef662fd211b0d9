// Whether JSON text that comes in pieces is whole yet. Other providers do not say when the arguments of a call are
// complete, and here the next call can only begin then.

export interface JsonExtent {
  push(text: string): void
  /** The first object or array of the text has been closed. */
  isWhole(): boolean
}

const quote = 34
const backslash = 92

export function openJsonExtent(): JsonExtent {
  let depth = 0
  let inString = false
  let escaped = false
  let whole = false
  const step = (code: number): void => {
    if (escaped) escaped = false
    else if (inString) {
      if (code === backslash) escaped = true
      else if (code === quote) inString = false
    } else if (code === quote) inString = true
    else if (code === 123 || code === 91) {
      depth += 1
    } else if (code === 125 || code === 93) {
      depth -= 1
      whole = depth === 0
    }
  }
  return {
    push(text) {
      for (let at = 0; at < text.length; at += 1) {
        if (whole) return
        step(text.charCodeAt(at))
      }
    },
    isWhole: () => whole,
  }
}
