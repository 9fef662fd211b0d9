// What a client asks of the gateway itself, in headers of ours. Most ask for nothing, and share one object.
import { InvalidValue } from '../core/errors.ts'
import { cappedPriority, priorityNames, readPriority } from '../core/priority.ts'
import type { Priority } from '../core/priority.ts'
import type { Residency } from '../core/residency.ts'

export interface ClientWishes {
  /** How long the whole call may take; undefined for as long as the config says. */
  readonly timeoutMs: number | undefined
  /** Only the deployment that is chosen first. */
  readonly noFallback: boolean
  /** No deployment is asked twice. */
  readonly noRetry: boolean
  /** The answer says how its deployment was chosen. */
  readonly trace: boolean
  /** Only where the same question has the same answer. */
  readonly deterministic: boolean
  /** Words for rules to go by. */
  readonly tags: readonly string[]
  /** How much the call matters, where its key allows that; undefined for as much as the key's calls do. */
  readonly priority: Priority | undefined
  /** Where the call has to stay; undefined for nothing beyond what its model and its key demand. */
  readonly residency: Residency | undefined
}

export const noWishes: ClientWishes = {
  timeoutMs: undefined,
  noFallback: false,
  noRetry: false,
  trace: false,
  deterministic: false,
  tags: [],
  priority: undefined,
  residency: undefined,
}

export const wishHeaders = {
  timeoutMs: 'x-sallyport-timeout-ms',
  noFallback: 'x-sallyport-no-fallback',
  noRetry: 'x-sallyport-no-retry',
  trace: 'x-sallyport-trace',
  deterministic: 'x-sallyport-deterministic',
  tags: 'x-sallyport-tags',
  priority: 'x-sallyport-priority',
  residency: 'x-sallyport-residency',
} as const satisfies Readonly<Record<keyof ClientWishes, string>>

const tagsMax = 20

/** Reads the headers of a request. Throws InvalidValue for one that says nothing that is understood. */
export function readWishes(request: { header(name: string): string | null }): ClientWishes {
  const timeout = request.header(wishHeaders.timeoutMs)
  const noFallback = request.header(wishHeaders.noFallback)
  const noRetry = request.header(wishHeaders.noRetry)
  const trace = request.header(wishHeaders.trace)
  const deterministic = request.header(wishHeaders.deterministic)
  const tags = request.header(wishHeaders.tags)
  const priority = request.header(wishHeaders.priority)
  const residency = request.header(wishHeaders.residency)
  if ((timeout ?? noFallback ?? noRetry ?? trace ?? deterministic ?? tags ?? priority ?? residency) === null)
    return noWishes
  return {
    timeoutMs: timeout === null ? undefined : milliseconds(timeout),
    noFallback: isAsked(wishHeaders.noFallback, noFallback),
    noRetry: isAsked(wishHeaders.noRetry, noRetry),
    trace: isAsked(wishHeaders.trace, trace),
    deterministic: deterministic === 'required' || isAsked(wishHeaders.deterministic, deterministic),
    tags: tags === null ? [] : tagsIn(tags),
    priority: priority === null ? undefined : priorityIn(priority),
    residency: residency === null ? undefined : residencyIn(residency),
  }
}

function milliseconds(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidValue(wishHeaders.timeoutMs, 'write a whole number of milliseconds, such as 30000')
}

/** How much a call matters: as much as it wishes, where its key allows that. */
export function priorityOf(
  wishes: Pick<ClientWishes, 'priority'>,
  caller: { readonly priority?: Priority | undefined },
): Priority {
  return cappedPriority(caller.priority, wishes.priority)
}

const yes = new Set(['1', 'true', 'on'])
const no = new Set(['0', 'false', 'off', ''])

function isAsked(name: string, text: string | null): boolean {
  if (text === null || no.has(text)) return false
  if (yes.has(text)) return true
  throw new InvalidValue(
    name,
    name === wishHeaders.deterministic ? 'write required, or leave it out' : 'write 1 or 0',
  )
}

function priorityIn(text: string): Priority {
  const priority = readPriority(text)
  if (priority !== undefined) return priority
  throw new InvalidValue(wishHeaders.priority, `write one of ${priorityNames.join(', ')}, or 0 to 3`)
}

function tagsIn(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim())
  if (tags.length <= tagsMax && tags.every((tag) => /^[A-Za-z0-9_.:-]{1,64}$/.test(tag))) return tags
  throw new InvalidValue(
    wishHeaders.tags,
    `write up to ${tagsMax} words of letters, digits, "_", ".", ":" and "-", with commas between them`,
  )
}

const placesMax = 20
const classMark = 'class:'

/** `eu`, `eu, ch`, `eu, class:self-hosted`: any of the regions, and any of the classes. An empty one demands something too. */
function residencyIn(text: string): Residency {
  const words = text.split(',').map((word) => word.trim().toLowerCase())
  const isRead = words.every((word) => /^(class:)?[a-z0-9][a-z0-9_.-]{0,63}$/.test(word))
  if (!isRead || words.length > placesMax) {
    throw new InvalidValue(
      wishHeaders.residency,
      'write regions and classes with commas between them, such as eu or eu, class:self-hosted',
    )
  }
  const classes = words
    .filter((word) => word.startsWith(classMark))
    .map((word) => word.slice(classMark.length))
  const regions = words.filter((word) => !word.startsWith(classMark))
  return {
    ...(regions.length > 0 && { regions }),
    ...(classes.length > 0 && { classes }),
  }
}
