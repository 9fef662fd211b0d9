// What the simulated provider does with one call, as plain data: it can be queued in a test, spelled in a
// model's name or posted to a running process. Every field is optional; `{}` is a well-behaved provider.

/** How one call is answered. The four parts are independent and combine freely. */
export interface Behaviour {
  readonly delays?: Delays
  readonly answer?: AnswerScript
  readonly wire?: Wire
  readonly fault?: Fault
}

export interface Delays {
  readonly beforeHeadMs?: number
  /** Between the head and the first event, or the body of a whole answer. */
  readonly beforeFirstEventMs?: number
  readonly betweenEventsMs?: number
}

/** What is said. */
export interface AnswerScript {
  /**
   * Length of the answer. Without it `max_tokens` of the request decides, else 16. A smaller `max_tokens`
   * cuts it.
   */
  readonly tokens?: number
  /** This exact text instead of the derived one, split into tokens before each run of white space. */
  readonly text?: string
  /** Derived words hold umlauts, CJK, joined emoji and U+2028. */
  readonly multibyte?: boolean
  /** Everything outside ASCII is written as \uXXXX escapes. */
  readonly escaped?: boolean
  /**
   * Unknown members and odd spellings of numbers (1.0, 1e2, 12345678901234567890) in every JSON object sent.
   */
  readonly oddJson?: boolean
  /**
   * Calls instead of those derived from the request's tools; an empty list answers with text although there
   * are tools.
   */
  readonly toolCalls?: readonly ScriptedToolCall[]
  /**
   * Of `toolCalls` only those of tools that the request has, and none once a tool has answered: for a program whose
   * loop of calls must end, and which makes other calls beside it.
   */
  readonly toolCallsOnce?: boolean
  /** At least two calls, also of one tool, whose arguments take turns where a dialect can say so. */
  readonly parallelTools?: boolean
  /** Ends at the first stop text of the request, as if the next word had been it. */
  readonly stops?: boolean
  /**
   * Goes on with an answer that broke off, where a request ends with one or asks for the rest of it (go-on.ts): exactly
   * where it stopped, if nothing else is said here. Without it, such a request is a question like any other.
   */
  readonly goesOn?: boolean
  /** Going on, says so many characters again that were said, or all of them. */
  readonly repeats?: number | 'all'
  /** Going on, says first that it is sorry. */
  readonly apologises?: boolean
  /** Refuses in the way the dialect has for it. */
  readonly refusal?: boolean
  /** Tokens of thought before the answer: `reasoning_content` in chat. */
  readonly reasoningTokens?: number
  /** So many input tokens came from the prompt cache, or all. Not told by Ollama. */
  readonly cachedTokens?: number
  /** Instead of the natural one (`stop`, `length`, `tool_calls`). */
  readonly finishReason?: string
  /** A first event with `choices: []` and `prompt_filter_results`, as Azure sends it. */
  readonly promptFilterEvent?: boolean
  /** After each piece an event that says only what a filter found in it. */
  readonly filterEvents?: boolean
  readonly usage?: UsageStyle
  /** The `model` member of the answer. Without it, the request's model with a date behind it. */
  readonly reportedModel?: string
  /** Added to the head; a name that is there already is replaced. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
}

export interface ScriptedToolCall {
  readonly name: string
  /** JSON text, or whatever a model might send instead of it. */
  readonly arguments: string
}

/**
 * `as-asked`: an extra event if `stream_options.include_usage`. `always`: also when not asked.
 * `in-final-content`: inside the last event that has a choice. `every-event`: running counts in each event.
 * The last five are `always` with numbers that cannot be true, or are no numbers.
 */
export type UsageStyle =
  | 'as-asked'
  | 'missing'
  | 'always'
  | 'in-final-content'
  | 'every-event'
  | 'inflated'
  | 'negative'
  | 'huge'
  | 'fractional'
  | 'text'

/**
 * How the bytes are laid out. Nothing here is an error: a client must see the same answer whatever stands
 * here.
 */
export interface Wire {
  /** Bytes per socket write, head included. `inside-characters` splits every multibyte character. */
  readonly sliceBytes?: number | 'inside-characters' | { readonly bytesMax: number; readonly seed: number }
  /** Between two slices. 0 lets the event loop turn once. */
  readonly sliceGapMs?: number
  /** Default: `chunked` for a stream, `content-length` for a whole answer. */
  readonly framing?: 'chunked' | 'content-length' | 'close'
  readonly chunkExtensions?: boolean
  readonly trailers?: boolean
  readonly lineEnd?: 'lf' | 'crlf' | 'cr'
  /** A `: keep-alive` line before the first event and between events. */
  readonly comments?: boolean
  /** `event:`, `id:` and `retry:` lines around the data. */
  readonly eventLines?: boolean
  /** `data:{…}` without the space. */
  readonly tightData?: boolean
  readonly byteOrderMark?: boolean
  /** The last event is followed by the end of the body instead of a blank line. */
  readonly noFinalBlankLine?: boolean
  readonly eventsPerWrite?: number
  /** Compressed, whatever the request accepts. */
  readonly encoding?: 'gzip' | 'deflate' | 'br'
  /**
   * `close` says so and closes. `close-unannounced` closes right after the answer without saying so.
   * `drop-next` keeps the connection and closes it, unanswered, when the next request's first byte arrives:
   * the classic stale one.
   */
  readonly connection?: 'keep' | 'close' | 'close-unannounced' | 'drop-next'
  /** How many 1xx heads come before the real one. */
  readonly informationalHeads?: number
  readonly version?: '1.1' | '1.0'
}

/**
 * Where something happens. `{ afterEvents: n }`: when n events are on the wire; the role event is the first.
 * In a whole answer any n > 0 means after half of the body.
 */
export type Point = 'before-head' | 'after-head' | { readonly afterEvents: number }

/** What goes wrong. Each kind has a meaning for whole answers too; README.md has the table. */
export type Fault =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body: ErrorBody
      readonly retryAfter?: RetryAfter
    }
  | { readonly kind: 'error-in-200' }
  | { readonly kind: 'malformed-json'; readonly how: 'truncated' | 'text' | 'html' | 'empty' }
  | { readonly kind: 'malformed-event'; readonly atEvent: number; readonly line: string }
  | { readonly kind: 'error-event'; readonly atEvent: number }
  | { readonly kind: 'redirect'; readonly status: number; readonly location?: string }
  | { readonly kind: 'reset'; readonly at: Point }
  | { readonly kind: 'cut'; readonly at: Point }
  | { readonly kind: 'stall'; readonly at: Point }
  /** Ends in proper HTTP after n events: no finish reason, no `[DONE]`. */
  | { readonly kind: 'early-end'; readonly afterEvents: number }
  /** All events with their finish reasons, a proper end of HTTP, but no `[DONE]`. */
  | { readonly kind: 'no-done' }
  /** Nothing but `[DONE]`. */
  | { readonly kind: 'empty-stream' }
  | { readonly kind: 'endless' }
  | { readonly kind: 'huge-event'; readonly bytes: number }
  | { readonly kind: 'huge-body'; readonly bytes: number }
  | { readonly kind: 'bad-http'; readonly what: BadHttp }

export type ErrorBody =
  | { readonly kind: 'envelope'; readonly type?: string; readonly code?: string; readonly message?: string }
  | { readonly kind: 'text' }
  | { readonly kind: 'html' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'raw'; readonly contentType: string; readonly text: string }

export type RetryAfter =
  | { readonly seconds: number }
  | { readonly dateInSeconds: number }
  | { readonly milliseconds: number }
  | { readonly raw: string }

/** Ways to break HTTP itself. `bytes-after-end` alone still holds a complete answer. */
export const badHttpKinds = [
  'garbage-status-line',
  'status-out-of-range',
  'bad-chunk-size',
  'huge-chunk-size',
  'no-chunk-line-end',
  'two-content-lengths',
  'negative-content-length',
  'length-and-chunked',
  'unknown-transfer-coding',
  'giant-header',
  'many-headers',
  'endless-head',
  'header-without-colon',
  'nul-in-header',
  'folded-header',
  'short-body',
  'bytes-after-end',
] as const
export type BadHttp = (typeof badHttpKinds)[number]
