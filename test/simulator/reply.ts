// What is going to be written for one request, before any byte of it is: status, headers and the steps of the
// body.
import { withHeaders } from './answer-head.ts'
import type { Header } from './answer-head.ts'
import type { Behaviour, BadHttp, Fault, RetryAfter } from './behaviour.ts'
import type { Framing } from './body-writer.ts'
import { errorObject, printedError } from './error-body.ts'
import type { ErrorFacts } from './error-body.ts'
import { sseFormat } from './dialect.ts'
import type { ErrorWriter, StreamFormat } from './dialect.ts'
import type { Step } from './step.ts'

export interface Reply {
  readonly status: number
  readonly headers: readonly Header[]
  readonly steps: Iterable<Step>
  /** Steps are events, spelled as `format` says. */
  readonly isStream: boolean
  readonly format: StreamFormat
  readonly framing: Framing
  /** How it counts when everything was written. */
  readonly finish: 'done' | 'error'
  /** The steps are not even reached, nor is a head written: the first step is a stop. */
  readonly isHeadless: boolean
  readonly badHttp: BadHttp | undefined
}

/** A whole JSON answer. */
export function jsonReply(status: number, text: string, headers: readonly Header[] = []): Reply {
  return bodyReply(status, { contentType: 'application/json', text }, headers)
}

/** An error in OpenAI's envelope. */
export function errorReply(status: number, facts: ErrorFacts): Reply {
  return jsonReply(status, `${JSON.stringify(errorObject(status, facts), null, 2)}\n`)
}

/** How the errors of one call are written. */
export interface ErrorStyle {
  readonly errors: Pick<ErrorWriter, 'body' | 'truncated'>
  readonly requestId: string
}

/** A good answer, bent as the behaviour says. */
export function answerReply(
  steps: Iterable<Step>,
  format: StreamFormat | undefined,
  behaviour: Behaviour,
): Reply {
  const { fault, answer, wire } = behaviour
  const isStream = format !== undefined
  const contentType = format?.contentType ?? 'application/json'
  const caching: readonly Header[] = isStream ? [['cache-control', 'no-cache']] : []
  const natural = isStream || fault?.kind === 'endless' ? 'chunked' : 'content-length'
  const framing = wire?.version === '1.0' && natural === 'chunked' ? 'close' : natural
  return {
    status: 200,
    headers: withHeaders([['content-type', contentType], ...caching], answer?.headers ?? []),
    steps,
    isStream,
    format: format ?? sseFormat,
    framing: wire?.framing ?? framing,
    finish: 'done',
    isHeadless: isHeadless(fault),
    badHttp: fault?.kind === 'bad-http' ? fault.what : undefined,
  }
}

/** The reply of a fault that answers with something else than an answer; undefined for all others. */
export function faultReply(
  fault: Fault | undefined,
  elsewhere: string,
  style: ErrorStyle,
): Reply | undefined {
  const { errors, requestId } = style
  if (fault?.kind === 'status') {
    const headers = fault.retryAfter === undefined ? [] : [retryAfterHeader(fault.retryAfter)]
    return bodyReply(fault.status, printedError(fault.status, fault.body, style), headers)
  }
  if (fault?.kind === 'error-in-200')
    return { ...jsonReply(500, errors.body(500, {}, requestId)), status: 200 }
  if (fault?.kind === 'malformed-json') return { ...malformed(fault.how, style), finish: 'done' }
  if (fault?.kind === 'redirect') {
    return bodyReply(fault.status, printedError(fault.status, { kind: 'html' }, style), [
      ['location', fault.location ?? elsewhere],
    ])
  }
  return undefined
}

function malformed(how: 'truncated' | 'text' | 'html' | 'empty', style: ErrorStyle): Reply {
  if (how === 'truncated') return jsonReply(200, style.errors.truncated)
  return bodyReply(200, { ...printedError(200, { kind: how }, style), contentType: 'application/json' }, [])
}

function bodyReply(
  status: number,
  body: { readonly contentType: string | undefined; readonly text: string },
  headers: readonly Header[],
): Reply {
  const type: readonly Header[] = body.contentType === undefined ? [] : [['content-type', body.contentType]]
  return {
    status,
    headers: [...type, ...headers],
    steps: [{ kind: 'event', text: body.text, tokens: 0 }],
    isStream: false,
    format: sseFormat,
    framing: 'content-length',
    finish: status < 300 ? 'done' : 'error',
    isHeadless: false,
    badHttp: undefined,
  }
}

function isHeadless(fault: Fault | undefined): boolean {
  const breaks = fault?.kind === 'reset' || fault?.kind === 'cut' || fault?.kind === 'stall'
  return breaks && fault.at === 'before-head'
}

function retryAfterHeader(after: RetryAfter): Header {
  if ('seconds' in after) return ['retry-after', String(after.seconds)]
  if ('milliseconds' in after) return ['retry-after-ms', String(after.milliseconds)]
  if ('raw' in after) return ['retry-after', after.raw]
  return ['retry-after', new Date(Date.now() + after.dateInSeconds * 1000).toUTCString()]
}
