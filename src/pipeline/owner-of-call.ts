// Whose a call is, for the ledger: its caller, with what the call says of itself. Most calls say nothing, and then it is
// the caller as it is, one object for all of its calls.
import type { CallOwner } from '../core/call-owner.ts'
import type { Caller } from '../core/caller.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { metadataHeader, metadataIn } from './header-metadata.ts'

interface OwnedCall {
  readonly caller: Caller
  readonly tags: readonly string[]
  readonly request: Pick<RelayRequest, 'labels'>
  readonly inbound: { header(name: string): string | null }
}

/** Throws InvalidValue for metadata in a header that cannot be read. */
export function ownerOf({ caller, tags, request, inbound }: OwnedCall): CallOwner {
  const labels = request.labels()
  const header = inbound.header(metadataHeader)
  const areOwnTags = tags.length > 0 && tags !== caller.tags
  if (labels === undefined && header === null && !areOwnTags) return caller
  const { tenant, team, user } = caller
  const isSaid = labels?.metadata !== undefined || header !== null
  const metadata = isSaid
    ? { ...caller.metadata, ...labels?.metadata, ...(header !== null && metadataIn(header)) }
    : caller.metadata
  return { tenant, team, user, requestUser: labels?.user, tags, metadata }
}
