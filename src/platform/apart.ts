// Parts of the program that are bundled apart from its main file: workers, and what few runs need.

declare const SALLYPORT_BUNDLE: boolean | undefined

/**
 * Where such a part is. `path`: of its source without the ending, from src/ (`adapters/spool/ship-worker`); `source`: the
 * same relative to the file that asks, and that file's own place.
 */
export function apartUrl(path: string, source: { readonly file: string; readonly from: string }): URL {
  if (typeof SALLYPORT_BUNDLE === 'undefined') return new URL(source.file, source.from)
  return new URL(`./${path}.js`, Bun.pathToFileURL(Bun.main))
}

/** Loads such a part; `Part` is the type of its source. */
export async function loadApart<Part>(
  path: string,
  source: { readonly file: string; readonly from: string },
): Promise<Part> {
  return (await import(apartUrl(path, source).href)) as Part
}
