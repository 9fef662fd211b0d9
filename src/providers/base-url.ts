// Where a provider is: the catalogue's address, or the config's without what the catalogue's paths hold themselves.
// People paste the base URL that the provider's own pages name, so that one has to work.
import type { Provider } from './provider.ts'

/** The base URL of a provider. `declared` is the config's, without a slash at its end. */
export function baseUrlFor({ baseUrl, quirks }: Provider, declared: string | undefined): string {
  if (declared === undefined) return baseUrl
  const suffix = quirks.baseUrlSuffix
  return suffix !== undefined && declared.endsWith(suffix) ? declared.slice(0, -suffix.length) : declared
}
