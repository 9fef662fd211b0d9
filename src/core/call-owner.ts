// Whose a call is, for bills and reports. It goes with each of the call's attempts into the ledger.

/** What is left out is not known. A caller is one: most calls say no more than their key does. */
export interface CallOwner {
  readonly tenant?: string | undefined
  readonly team?: string | undefined
  /** Of the key or the token. */
  readonly user?: string | undefined
  /** Whom the client names in its request, in its own words. */
  readonly requestUser?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

/** What a call is made for that a feature makes. */
export type InnerPurpose = 'judge'

/** Of an inner call: what for, and for whom. */
export interface InnerOf {
  readonly purpose: InnerPurpose
  readonly parentId: string
}
