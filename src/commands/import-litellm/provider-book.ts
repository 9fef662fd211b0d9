// The providers of an import: deployments with the same type, address and key have one. Names and variables are given
// out at the end, when everything that wants one is known.
import { findProvider } from '../../providers/catalogue.ts'

/** Where a key comes from. A literal is only ever compared; it is written nowhere. */
export type KeySource =
  | { readonly kind: 'none' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'literal'; readonly text: string }

export interface ProviderFacts {
  /** A name of the catalogue. */
  readonly type: string
  /** Undefined for the catalogue's own address. */
  readonly baseUrl: string | undefined
  readonly key: KeySource
}

export interface NamedProvider extends ProviderFacts {
  readonly name: string
  /** The variable that holds its key. */
  readonly variable: string | undefined
}

/** Leaves room for a number behind it. */
const nameCharactersMax = 56

export class ProviderBook {
  readonly #facts = new Map<string, ProviderFacts>()

  /** Gives the mark by which this provider is found at the end. */
  add(facts: ProviderFacts): string {
    const mark = JSON.stringify([facts.type, facts.baseUrl, facts.key])
    if (!this.#facts.has(mark)) this.#facts.set(mark, facts)
    return mark
  }

  /** All providers by their marks. Variables for literal keys are not among `taken`. */
  named(taken: ReadonlySet<string>): ReadonlyMap<string, NamedProvider> {
    const names = new Set<string>()
    const variables = new Map<string, string>()
    const all = [...this.#facts.values()]
    const used = new Set([...taken, ...all.flatMap(({ key }) => (key.kind === 'variable' ? [key.name] : []))])
    const variableOf = (name: string, key: KeySource): string | undefined => {
      if (key.kind !== 'literal') return key.kind === 'none' ? undefined : key.name
      const known = variables.get(key.text)
      if (known !== undefined) return known
      const variable = unused(variableFor(name), '_', used)
      variables.set(key.text, variable)
      return variable
    }
    return new Map(
      [...this.#facts].map(([mark, facts]) => {
        const name = unused(nameFor(facts), '-', names)
        return [mark, { ...facts, name, variable: variableOf(name, facts.key) }]
      }),
    )
  }
}

/** The catalogue's name where its address is meant, and a word of the address elsewhere. */
function nameFor({ type, baseUrl }: ProviderFacts): string {
  if (baseUrl === undefined || findProvider(type)?.baseUrl !== '') return type
  const { hostname, port } = new URL(baseUrl)
  const isPlain = /^[\d.]+$|:/.test(hostname) || hostname === 'localhost'
  const word = isPlain ? `server-${port === '' ? hostname : port}` : (hostname.split('.')[0] ?? '')
  const name = word
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^[-_]+|-+$/g, '')
    .slice(0, nameCharactersMax)
  return name === '' || name === 'demo' || findProvider(name) !== undefined ? `${name || 'a'}-server` : name
}

/** The name of a variable begins with no digit. */
function variableFor(name: string): string {
  const word = name.toUpperCase().replaceAll('-', '_')
  return `${/^\d/.test(word) ? '_' : ''}${word}_API_KEY`
}

/** The word, or with a number behind it when somebody has it. Takes it. */
function unused(word: string, separator: string, taken: Set<string>): string {
  let candidate = word
  for (let number = 2; taken.has(candidate); number += 1) candidate = `${word}${separator}${number}`
  taken.add(candidate)
  return candidate
}
