// Asks a provider for the list of its models: what it has, and whether it is there at all.
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import { getText } from '../platform/get-text.ts'
import { findModelList } from '../providers/read-model-list.ts'
import { defaultHeadersOf, fixedHeaders } from '../providers/send.ts'
import type { Connection } from '../providers/send.ts'
import type { ReadyProvider } from './provider-set.ts'

/** What came of asking. */
export interface AskedList {
  /** 0 without an answer. */
  readonly status: number
  /** Undefined where there was no list in the answer. */
  readonly names: readonly string[] | undefined
}

interface AskParts {
  readonly egress: EgressClient
  readonly clock: Clock
}

/** Never rejects. A provider without a list, or nowhere, answers nothing. */
export async function askModelList(
  { connection, otherConnections }: Pick<ReadyProvider, 'connection' | 'otherConnections'>,
  timeoutMs: number,
  parts: AskParts,
): Promise<AskedList> {
  if (connection === undefined) return nothing
  let asked = await askOver(connection, timeoutMs, parts)
  // A key that is refused says nothing of the provider while it has others.
  for (const other of otherConnections ?? []) {
    if (asked.status !== 401 && asked.status !== 403) break
    asked = await askOver(other, timeoutMs, parts)
  }
  return asked
}

async function askOver(connection: Connection, timeoutMs: number, parts: AskParts): Promise<AskedList> {
  const { provider, destination, basePath } = connection
  if (provider.paths.models === undefined) return nothing
  const answer = await getText(
    {
      destination,
      path: basePath + provider.paths.models,
      headers: `${fixedHeaders(connection, 'models')}${defaultHeadersOf(provider)('')}accept: application/json\r\n`,
      timeoutMs,
    },
    parts,
  )
  if (answer === undefined) return nothing
  const { status, text } = answer
  return { status, names: status === 200 ? findModelList(text, provider) : undefined }
}

const nothing: AskedList = { status: 0, names: undefined }
