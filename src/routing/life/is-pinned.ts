// Whether a model's name says which weights it means, for ever: by a date or a revision, as providers write them.

/** `-2025-08-07`, `-20250929`, `@20250929`, `-2411` (year and month), `-0613`, `-001`, `@002`, `-v1:0`, `-r12`, a digest. */
const signs: readonly RegExp[] = [
  /[-@_.]20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])/,
  /[-@_.]20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)/,
  /[-@](?:2[3-9](?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:-preview)?$/,
  /-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  /[-@]0\d{2}$/,
  /-v\d+:\d+$/,
  /@sha256[:-][0-9a-f]{12,64}$/,
]

/** A name without such a sign may mean other weights tomorrow. */
export function isPinned(providerModel: string): boolean {
  return !providerModel.endsWith('-latest') && signs.some((sign) => sign.test(providerModel))
}
