// Parts of the program that are bundled apart from its main file: workers, and what few runs need, or need only for a
// moment. What is loaded keeps five times the size of its text in memory.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

declare const SALLYPORT_BUNDLE: boolean | undefined

/** Where the source of such a part is: a path relative to the file that asks, and that file's own place. */
export interface ApartSource {
  readonly file: string
  readonly from: string
}

/** Where such a part is. `path`: of its source without the ending, from src/ (`adapters/spool/ship-worker`). */
export function apartUrl(path: string, source: ApartSource): URL {
  if (!isBundle()) return new URL(source.file, source.from)
  return new URL(`./${path}.js`, Bun.pathToFileURL(Bun.main))
}

/** Loads such a part; `Part` is the type of its source. */
export async function loadApart<Part>(path: string, source: ApartSource): Promise<Part> {
  return (await import(apartUrl(path, source).href)) as Part
}

/** The same for those who cannot wait; they say what its type is. */
export function requireApart(path: string, source: ApartSource): unknown {
  return requireFrom(source)(fileURLToPath(apartUrl(path, source)))
}

/** Lets go of what `requireApart` has loaded: its memory is free again when nothing of it is in use any more. */
export function forgetApart(path: string, source: ApartSource): void {
  // Sources have parts in common with the rest of the program, which must not be there twice.
  if (!isBundle()) return
  const require = requireFrom(source)
  // It is known by the place that links lead to.
  delete require.cache[require.resolve(fileURLToPath(apartUrl(path, source)))]
}

/** Frees at once what nothing uses any more; everything else waits for some 10 ms. */
export function collectGarbage(): void {
  Bun.gc(true)
}

function requireFrom({ from }: ApartSource): NodeJS.Require {
  return createRequire(isBundle() ? Bun.pathToFileURL(Bun.main) : from)
}

function isBundle(): boolean {
  return typeof SALLYPORT_BUNDLE !== 'undefined'
}
