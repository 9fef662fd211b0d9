// Asks a provider for the list of its models: what it has, and whether it is there at all.
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import { getText } from '../platform/get-text.ts'
import { findModelList } from '../providers/read-model-list.ts'
import { defaultHeadersOf, fixedHeaders } from '../providers/send.ts'
import type { ReadyProvider } from './provider-set.ts'

/** What came of asking. */
export interface AskedList {
  /** 0 without an answer. */
  readonly status: number
  /** Undefined where there was no list in the answer. */
  readonly names: readonly string[] | undefined
}

/** Never rejects. A provider without a list, or nowhere, answers nothing. */
export async function askModelList(
  { connection }: ReadyProvider,
  timeoutMs: number,
  parts: { readonly egress: EgressClient; readonly clock: Clock },
): Promise<AskedList> {
  if (connection === undefined || connection.provider.paths.models === undefined) return nothing
  const { provider, destination, basePath } = connection
  const answer = await getText(
    {
      destination,
      path: basePath + connection.provider.paths.models,
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
