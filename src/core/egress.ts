// The port through which bytes leave the process. Push-style: the sink is called back for each chunk, so that no
// promise is spent on one. platform/egress implements it on sockets; nothing else may open one.

/** A place that bytes may go to, judged once when the config is loaded and again, by address, at each connection. */
export interface Destination {
  /** `https://api.openai.com`, `http://127.0.0.1:8000`: scheme, host and port. */
  readonly origin: string
  readonly secure: boolean
  /** Without brackets, lower case, no trailing dot. */
  readonly hostname: string
  readonly port: number
  /** The operator wrote a literal loopback or private address (or `localhost`) here, so that address is allowed. */
  readonly operatorAddress: boolean
}

/** The body of a request: put together in the memory that it is sent from, so that it is copied once. */
export interface RequestBody {
  readonly byteLength: number
  /** Writes all of it into `target`, from `at` on. May be asked again, for another try. */
  writeInto(target: Buffer, at: number): void
}

/** What is the same for many requests: made once, so that it is put into bytes once. */
export interface EgressPlace {
  readonly destination: Destination
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path and query, encoded, from `/`. */
  readonly path: string
  /** Header lines, each `name: value\r\n`. Host, content-length, connection and accept-encoding are added. */
  readonly headers: string
}

export interface EgressRequest {
  readonly place: EgressPlace
  /** More header lines, for this request alone. */
  readonly moreHeaders: string
  /** Undefined for none. */
  readonly body: RequestBody | undefined
  /** Do not use a kept connection: the last try died on a stale one. */
  readonly fresh: boolean
}

/** Header access by lower-case name. Repeated headers are joined with ", ". */
export interface EgressHead {
  readonly status: number
  header(name: string): string | undefined
}

/** What an exchange calls back. After `end` or `fail` nothing more comes; exactly one of them comes, unless aborted. */
export interface EgressSink {
  /** The connection is up and the request's first bytes were handed to it. `reused`: it was a kept one. */
  connected(reused: boolean): void
  head(head: EgressHead): void
  /** A piece of the body, transfer- and content-decoding undone. The bytes are the sink's to keep. */
  data(chunk: Uint8Array): void
  /** The same, told as the place `[from, to)` in the memory that it came in: for sinks that need no view of it. */
  dataPart?(bytes: Uint8Array, from: number, to: number): void
  end(): void
  fail(failure: EgressFailure): void
}

export interface EgressExchange {
  /** Stops reading from the socket: backpressure. */
  pause(): void
  resume(): void
  /** Closes the connection now. The sink hears nothing more. */
  abort(): void
}

export interface EgressClient {
  send(request: EgressRequest, sink: EgressSink): EgressExchange
  /** Connections in use and kept, for metrics. */
  connections(): { readonly active: number; readonly idle: number }
  /** Closes kept connections now and those in use when their exchange ends. */
  close(): void
}

/** Where in the exchange it failed. `refused` is the address rules; nothing was connected. */
export type EgressPhase = 'refused' | 'resolve' | 'connect' | 'tls' | 'write' | 'head' | 'body'

/**
 * `code` is stable: `address_refused`, `name_not_found`, `resolve_timeout`, `connect_refused`, `connect_timeout`,
 * `connect_failed`, `tls_failed`, `write_timeout`, `closed` (the peer closed or reset), `idle_timeout`,
 * `malformed` (the answer breaks HTTP), `too_large`, `unsupported_encoding`, `proxy_failed`.
 */
export interface EgressFailure {
  readonly phase: EgressPhase
  readonly code: string
  /** One sentence for the log; holds no header, body or credential. */
  readonly message: string
  /** A kept connection died before the first byte of an answer: worth one fresh try. */
  readonly stale: boolean
}
