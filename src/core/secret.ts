// A credential in memory. It prints as its name wherever something prints it, so that no log line, error or dump
// can hold its text by accident: only `reveal` gives the text away, and that word is easy to search for.

/** Where a secret is kept on this machine, as the config names it: `env:OPENAI_API_KEY`, `file:/run/secrets/openai`. */
export type LocalReference = `env:${string}` | `file:${string}`

/** Where a store outside keeps one: `vault:kv/ai#openai`, `aws:prod/ai#openai`. */
export type StoredReference = `vault:${string}` | `aws:${string}`

export type SecretReference = LocalReference | StoredReference

/** Whether somebody outside has to be asked for it. */
export function isStored(reference: SecretReference): reference is StoredReference {
  return reference.startsWith('vault:') || reference.startsWith('aws:')
}

/** Whether a word of the config names a secret, where it may be something else. */
export function isSecretReference(word: string | null | undefined): word is SecretReference {
  return /^(env|file|vault|aws):/.test(word ?? '')
}

export class Secret {
  readonly reference: SecretReference
  readonly #text: string

  constructor(reference: SecretReference, text: string) {
    this.reference = reference
    this.#text = text
  }

  /** The credential itself, for the one place that sends or compares it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return `[secret ${this.reference}]`
  }

  toJSON(): string {
    return this.toString()
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}
