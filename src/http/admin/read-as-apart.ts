// Checks bodies of the admin API by their schemas. Loaded with the first of them: schemas take memory that a gateway
// whose keys stand in its config never needs.
import type * as z from 'zod'
import { keyChangeBody, newKeyBody, replayBody, rotationBody } from './request-bodies.ts'

const bodies = {
  newKey: newKeyBody,
  keyChange: keyChangeBody,
  rotation: rotationBody,
  replay: replayBody,
} as const

/** The names of the bodies, and what is read from each. */
export type RequestBodies = {
  readonly [Name in keyof typeof bodies]: z.output<(typeof bodies)[Name]>
}

/** What is wrong with a body, and where: classes of errors are not the same on both sides of this border. */
export interface BodyProblem {
  readonly kind: 'missing' | 'type' | 'value'
  /** `metadata.team`; empty for the body as a whole. */
  readonly path: string
  /** For `type` what is expected, for `value` what is wrong. */
  readonly reason: string
}

export type ReadAs<Name extends keyof RequestBodies> =
  | { readonly ok: true; readonly body: RequestBodies[Name] }
  | { readonly ok: false; readonly problem: BodyProblem }

/** Reads a value as the body of this name. */
export function readAs<Name extends keyof RequestBodies>(name: Name, value: unknown): ReadAs<Name> {
  const read = bodies[name].safeParse(value)
  if (read.success) return { ok: true, body: read.data as RequestBodies[Name] }
  return { ok: false, problem: problemOf(read.error) }
}

function problemOf({ issues: [issue] }: z.ZodError): BodyProblem {
  const path = issue?.path.join('.') ?? ''
  switch (issue?.code) {
    case 'unrecognized_keys':
      return {
        kind: 'value',
        path: [...issue.path, issue.keys[0] ?? ''].join('.'),
        reason: 'there is no such member',
      }
    case 'invalid_type':
      return issue.input === undefined && issue.message.endsWith('received undefined')
        ? { kind: 'missing', path, reason: '' }
        : { kind: 'type', path, reason: issue.expected }
    default:
      return { kind: 'value', path, reason: issue?.message ?? 'it is not what was expected' }
  }
}
