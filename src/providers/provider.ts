// What a provider is: whom we call, as data. A provider's name appears in one folder and one list, never in a
// branch of code: what differs between providers is a member here that one place reads.

import type { Ability } from '../core/capabilities.ts'
import type { DialectName } from '../core/model-request.ts'
import type { Spoken } from '../dialects/doors.ts'

/**
 * How a request shows whose it is. Keys never go into a query string: it would end in logs on both sides.
 * A way that needs the whole request (AWS signatures, say) becomes a kind of its own.
 */
export type Signing =
  | { readonly kind: 'bearer' }
  /** The bare key in a header of this name. */
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'none' }

/**
 * Where the endpoints are, each appended to the base URL. `{model}` stands for the model's name. A missing one means
 * that the provider has none.
 */
export interface ProviderPaths {
  /** Where a model answers, by the dialect that is spoken there. */
  readonly answers: Readonly<Partial<Record<DialectName, string>>>
  /** Where an answer is streamed, for dialects that say it in the path. */
  readonly streams?: Readonly<Partial<Record<DialectName, string>>>
  readonly embeddings?: string
  /** Where tokens are counted, in the provider's main dialect. */
  readonly countTokens?: string
  readonly models?: string
}

/**
 * What is odd about a provider. Each member is read in one place; a quirk that nothing reads does not belong
 * here.
 */
export interface Quirks {
  /**
   * How the token count of a streamed answer is had. `ask`: only with `stream_options.include_usage`.
   * `always`: it comes unasked, so nothing is added to the request. `never`: it cannot be had, so we count
   * what we relay.
   */
  readonly streamUsage: 'ask' | 'always' | 'never'
  /** Top-level members that the provider answers with an error. They are cut out when a client sends them. */
  readonly drops?: readonly string[]
  /** It keeps the responses that it gives, and can be asked to go on from one by its id. */
  readonly keepsResponses?: true
  /**
   * Request headers that it wants unless the client has sent its own of that name: versions of a dialect. Lower-case
   * names.
   */
  readonly defaultHeaders?: Readonly<Record<string, string>>
  /** Response headers to pass on beyond the general allow-list, lower-case names. */
  readonly passHeaders?: readonly string[]
  /** The request header that carries our attempt id, so that both sides' records can be compared. */
  readonly attemptIdHeader?: string
  /** What model names start with in the list, but need not in calls: `models/` in `models/gemini-3-flash`. */
  readonly modelListPrefix?: string
  /**
   * What the provider's own documentation ends its base URL in, where our paths begin earlier because the provider
   * has several APIs. A `base_url` in the config may end in it: it is cut off.
   */
  readonly baseUrlSuffix?: string
  /** How a chat request spells the bound on its answer; `max_completion_tokens` where nothing is said. */
  readonly maxTokensName?: 'max_tokens'
  /** Abilities that no model has here, whatever the model could do elsewhere. */
  readonly lacks?: readonly Ability[]
  /** Values of `code` and its like in an error body that mean: the money is gone. Other 429s are a rate. */
  readonly quotaCodes?: readonly string[]
  /** The same, for providers whose error bodies tell it only in words. */
  readonly quotaPhrases?: readonly string[]
  /** Statuses that mean: our key or the account behind it is refused. 401, 402 and 403 do everywhere. */
  readonly credentialStatuses?: readonly number[]
  /** How the message of a 400 begins that means the same. */
  readonly credentialPhrases?: readonly string[]
}

/** What is asked for at a provider: what is spoken there, or the list of its models. */
export type Place = Spoken | 'models'

export interface Provider {
  /** Its name in configs and in `provider/model`: lower case, digits and dashes. */
  readonly name: string
  /** Its name for people. */
  readonly title: string
  /**
   * What it is spoken to in where the client's own dialect is not among `paths.answers`, unless another of its own loses
   * less.
   */
  readonly dialect: DialectName
  /** Without a trailing slash. Empty when only the config can know it. */
  readonly baseUrl: string
  readonly signing: Signing
  /** Places that want the key in another way than the rest of the API. */
  readonly otherSignings?: Readonly<Partial<Record<Place, Signing>>>
  /** The environment variable that the key is found in. Without one the key is optional. */
  readonly keyVariable?: string
  /** A server on the user's own machine, looked for on this port of the loopback address. */
  readonly local?: { readonly port: number }
  /** The name under which models.dev keeps what its models can do; the snapshot in model-facts/ is made from there. */
  readonly factsName?: string
  readonly paths: ProviderPaths
  readonly quirks: Quirks
  /** Where the provider documents what stands here. */
  readonly documentation: string
  /** The day on which that page was last compared with this entry, as `2026-11-21`. */
  readonly seen: string
}

/** What most providers have in common need not be written down for each. */
type ProviderEntry = Omit<Provider, 'dialect' | 'signing'> & Partial<Pick<Provider, 'dialect' | 'signing'>>

/** How the key is sent to a place of this provider. */
export function signingFor({ signing, otherSignings }: Provider, place: Place): Signing {
  return signing.kind === 'none' ? signing : (otherSignings?.[place] ?? signing)
}

/**
 * Completes an entry: the OpenAI chat dialect, a bearer key, and our attempt id in OpenAI's header for it.
 */
export function defineProvider(entry: ProviderEntry): Provider {
  const { dialect = 'openai-chat', signing = { kind: 'bearer' }, quirks } = entry
  // Providers that do not know the header ignore it.
  return { ...entry, dialect, signing, quirks: { attemptIdHeader: 'x-client-request-id', ...quirks } }
}
