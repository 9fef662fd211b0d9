// The snapshots of public facts and prices are texts with a line for each model, so that loading them costs nothing; a
// provider's part is taken apart when somebody first asks about one of its models.

const read = new Map<Readonly<Record<string, string>>, Map<string, ReadonlyMap<string, string>>>()

/** What a dated or tagged name adds to the name of the model that it is: `-2026-08-01`, `-20260801`, `:free`, `@001`. */
const tag = /(-\d{4}-\d{2}-\d{2}|-\d{8}|-latest|[:@][^:@]+)$/

const date = /(-\d{4}-\d{2}-\d{2}|-\d{8}|-latest|@\d+)$/

/** The lines of one provider by the model's name, without it. */
export function linesOf(
  snapshot: Readonly<Record<string, string>>,
  provider: string,
): ReadonlyMap<string, string> {
  const byProvider = read.get(snapshot) ?? new Map<string, ReadonlyMap<string, string>>()
  read.set(snapshot, byProvider)
  const known = byProvider.get(provider)
  if (known !== undefined) return known
  const lines = new Map<string, string>()
  for (const line of (Object.hasOwn(snapshot, provider) ? snapshot[provider] : '')?.split('\n') ?? []) {
    const at = line.indexOf(' ')
    if (at !== -1) lines.set(line.slice(0, at), line.slice(at + 1))
  }
  byProvider.set(provider, lines)
  return lines
}

/** The model's name without its date: a tag (`:free`) may change what it costs. */
export function undated(model: string): string {
  return model.replace(date, '')
}

/** The model's name without its date or tag. */
export function untagged(model: string): string {
  return model.replace(tag, '')
}
