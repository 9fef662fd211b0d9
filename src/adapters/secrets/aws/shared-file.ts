// The shared credentials file of AWS's tools: sections in brackets, `name = value` in them.

/** The settings of one profile; undefined where there is none of this name. */
export function profileOf(text: string, name: string): ReadonlyMap<string, string> | undefined {
  let found: Map<string, string> | undefined
  let isInside = false
  for (const written of text.split('\n')) {
    const line = written.trim()
    const section = /^\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line)
    if (section !== null) {
      isInside = section[1] === name
      if (isInside) found ??= new Map()
      continue
    }
    const setting = /^([A-Za-z_]+)\s*=\s*(.*)$/.exec(line)
    if (isInside && setting !== null) found?.set((setting[1] ?? '').toLowerCase(), setting[2] ?? '')
  }
  return found
}
