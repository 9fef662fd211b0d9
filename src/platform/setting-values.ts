// The vocabulary that settings are written in: durations, sizes, on and off, names of secrets, address ranges. It
// stands in platform/ because features own their settings.ts and may not import config/, and core/ knows no library.
// No message repeats the value that was written: it may be a secret in the wrong place.
import * as z from 'zod'
import type { LocalReference, SecretReference } from '../core/secret.ts'

/** A group of settings. Unknown names in it are refused, and what is read cannot be changed. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape).readonly()
}

/** A list with a bound. */
export function list<Element extends z.core.SomeType>(element: Element, entriesMax: number) {
  return z.array(element).max(entriesMax).readonly()
}

/** Entries under names of the operator's choice. A Map, because clients' words are looked up in it. */
export function named<Entry extends z.core.SomeType>(name: z.ZodString, entry: Entry) {
  return z.record(name, entry).transform((entries) => readonlyMap(entries))
}

function readonlyMap<Entry>(entries: Readonly<Record<string, Entry>>): ReadonlyMap<string, Entry> {
  return new Map(Object.entries(entries))
}

/** Words of our own for a value of the wrong kind. One that is not there at all is simply missing. */
export function unlessMissing(advice: string | ((written: unknown) => string)) {
  return (issue: { readonly input?: unknown }): string | undefined => {
    if (issue.input === undefined) return undefined
    return typeof advice === 'string' ? advice : advice(issue.input)
  }
}

const msPerUnit = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

const durationAdvice = 'write a duration with its unit, such as 500ms, 30s, 5m, 1h or 7d'

/** `500ms`, `30s`, `5m`, `1h`, `7d`. Read as milliseconds. */
export function duration(min: string, max: string) {
  const [minMs, maxMs] = [durationMs(min), durationMs(max)]
  return z
    .string({ error: unlessMissing(durationAdvice) })
    .regex(/^\d{1,12}(\.\d{1,3})?(ms|s|m|h|d)$/, { error: durationAdvice, abort: true })
    .refine((text) => durationMs(text) >= minMs && durationMs(text) <= maxMs, {
      error: minMs === 0 ? `must be at most ${max}` : `must be between ${min} and ${max}`,
    })
    .meta({ title: 'duration' })
    .transform(durationMs)
}

function durationMs(text: string): number {
  const unit = /[a-z]+$/.exec(text)?.[0] ?? ''
  return Math.round(Number.parseFloat(text) * (msPerUnit.get(unit) ?? Number.NaN))
}

const bytesPerUnit = new Map([
  ['B', 1],
  ['KB', 1_000],
  ['MB', 1_000_000],
  ['GB', 1_000_000_000],
  ['KiB', 1_024],
  ['MiB', 1_048_576],
  ['GiB', 1_073_741_824],
])

const dayAdvice = 'write a day as year-month-day, such as 2026-12-01'

/** `2026-12-01`: read as milliseconds since the epoch, at midnight UTC. */
export function day() {
  return z
    .string({ error: unlessMissing(dayAdvice) })
    .refine((text) => Number.isFinite(dayMs(text)), { error: dayAdvice })
    .meta({ title: 'day' })
    .transform(dayMs)
}

/** NaN for what no calendar has. */
function dayMs(text: string): number {
  if (!/^20\d{2}-\d{2}-\d{2}$/.test(text)) return Number.NaN
  const ms = Date.parse(`${text}T00:00:00Z`)
  // Some runtimes take the 31st of February for a day in March.
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text) ? ms : Number.NaN
}

const sizeAdvice = 'write a size with its unit, such as 64KB, 10MB or 16MiB'

/** `64KB`, `10MB` (powers of 1000), `16MiB` (powers of 1024). Read as bytes. */
export function size(min: string, max: string) {
  const [minBytes, maxBytes] = [sizeBytes(min), sizeBytes(max)]
  return z
    .string({ error: unlessMissing(sizeAdvice) })
    .regex(/^\d{1,12}(\.\d{1,3})?(B|KB|MB|GB|KiB|MiB|GiB)$/, { error: sizeAdvice, abort: true })
    .refine((text) => sizeBytes(text) >= minBytes && sizeBytes(text) <= maxBytes, {
      error: `must be between ${min} and ${max}`,
    })
    .meta({ title: 'size' })
    .transform(sizeBytes)
}

function sizeBytes(text: string): number {
  const unit = /[A-Za-z]+$/.exec(text)?.[0] ?? ''
  return Math.round(Number.parseFloat(text) * (bytesPerUnit.get(unit) ?? Number.NaN))
}

/** A switch. YAML 1.2 reads `on` and `off` as text, so the words are taken as well as true and false. */
export function onOff() {
  return z
    .literal(['on', 'off', true, false], { error: 'write on or off' })
    .meta({ title: 'on or off' })
    .transform((word) => word === 'on' || word === true)
}

/** What a setting says when it is not in use; the other half of a union such as `off` or a list. */
export function off() {
  return z
    .literal(['off', false])
    .meta({ title: 'off' })
    .transform(() => 'off' as const)
}

const localForm = 'env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\\S.{0,4095}'
/** Mount and path, then the field: `vault:kv/ai#openai`. No step of a path leads back. */
const vaultForm =
  'vault:(?:(?!\\.{1,2}(?:/|#))[\\w.~@:+-]{1,128}/){1,16}(?!\\.{1,2}#)[\\w.~@:+-]{1,128}#[\\w.-]{1,128}'
/** A name or an ARN, and a member of its JSON where it holds several: `aws:prod/ai#openai`. */
const awsForm = 'aws:[\\w/+=.@!:-]{1,512}(?:#[\\w.-]{1,128})?'

const anyReference = new RegExp(`^(?:${localForm}|${vaultForm}|${awsForm})$`)
const localReference = new RegExp(`^(?:${localForm})$`)

/** The name of a secret, never the secret itself. */
export function secretReference() {
  return (
    z
      .string({ error: unlessMissing(secretAdvice) })
      .regex(anyReference, { error: unlessMissing(secretAdvice) })
      .meta({ title: 'secret reference' })
      // The pattern above admits nothing else.
      .transform((text) => text as SecretReference)
  )
}

/** The name of a secret that lies on this machine: what opens a store cannot lie in one. */
export function localSecretReference() {
  return z
    .string({ error: unlessMissing(localAdvice) })
    .regex(localReference, { error: unlessMissing(localAdvice) })
    .meta({ title: 'secret reference' })
    .transform((text) => text as LocalReference)
}

function localAdvice(written: unknown): string {
  const isStored = typeof written === 'string' && /^(vault|aws):/.test(written)
  return isStored ? 'what opens a store is itself named as env:NAME or file:PATH' : secretAdvice(written)
}

function secretAdvice(written: unknown): string {
  const text = typeof written === 'string' ? written : ''
  if (/^(gcp|azure):/.test(text)) {
    return 'secrets are read from env:, file:, vault: and aws:; write one of these'
  }
  if (text.startsWith('vault:')) return 'after vault: come mount, path and field, such as vault:kv/ai#openai'
  if (text.startsWith('aws:'))
    return 'after aws: comes the name or ARN of a secret, and the member of its JSON, such as aws:prod/ai#openai'
  if (text.startsWith('env:'))
    return 'after env: comes the name of an environment variable (letters, digits, _)'
  if (text.startsWith('file:')) return 'after file: comes the path of a file'
  return 'secrets are named here, never written: put it in an environment variable and write env:NAME'
}

/** One address or a range of them: `10.0.0.0/8`, `192.168.1.7`, `fd00::/8`. */
export function addressRange() {
  return z
    .string()
    .refine(isAddressRange, { error: 'write an IP address or a range, such as 10.0.0.0/8 or fd00::/8' })
    .meta({ title: 'address range' })
}

/** A range that may be meant for one port: `10.0.0.0/8:8000`, `[fd00::/8]:8000`. */
export function destinationRange() {
  return z
    .string()
    .refine((text) => isAddressRange(withoutPort(text)), {
      error: 'write an IP address or a range, such as 10.0.0.0/8, 10.0.0.0/8:8000 or [fd00::/8]:8000',
    })
    .meta({ title: 'address range with or without port' })
}

/** A port that is none stays where it is, and then the rest is no address. */
function withoutPort(text: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  return port >= 1 && port <= 65_535 ? (match?.[1] ?? match?.[2] ?? '') : text
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  if (rest.length > 0 || !(isIPv4(address) || isIPv6(address))) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (address.includes(':') ? 128 : 32)
}

// node:net has these two, but loading it costs 9 ms of every start.
function isIPv4(text: string): boolean {
  return /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/.test(text)
}

function isIPv6(text: string): boolean {
  return /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text) && URL.canParse(`http://[${text}]/`)
}

/** The path of a file with nothing secret in it. Read as a reference, so that one reader serves all files. */
export function filePath() {
  return z
    .string()
    .regex(/^\S.{0,4095}$/, { error: 'write the path of a file' })
    .meta({ title: 'path' })
    .transform((path): SecretReference => `file:${path}`)
}

/** A provider's own name of a model: sent as it is written. */
export function providerModel() {
  return z
    .string()
    .max(256, { error: 'the name of a model has at most 256 characters' })
    .regex(/^[\x21-\x7e]+$/, { error: 'the name of a model is not empty and has no spaces' })
}

/** A short word for grouping, such as a region. */
export function label() {
  return z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, { error: 'write a short word of a-z, 0-9, "-", "_" and "."' })
    .meta({ title: 'word' })
}

const residencyAdvice = 'write regions, classes, or both: { regions: [eu], classes: [self-hosted] }'

/** Where calls have to stay. An empty list would read as "anywhere" and mean "nowhere", so it is refused. */
export function residencyDemand() {
  const words = list(label(), 100).refine((written) => written.length > 0, {
    error: 'leave it out to allow all',
  })
  return section({
    regions: words
      .optional()
      .describe('Any of these regions, as providers and deployments have them in `region`.'),
    classes: words.optional().describe('Any of these kinds of place, as they have them in `class`.'),
  }).refine(({ regions, classes }) => (regions ?? classes) !== undefined, { error: residencyAdvice })
}

/**
 * An absolute http or https address without credentials, query or placeholder; read without a slash at its end.
 * `advice` says what to write.
 */
export function webAddress(advice: string) {
  return z
    .string({ error: unlessMissing(advice) })
    .superRefine((text, context) => {
      const problem = webAddressProblem(text, advice)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
    })
    .meta({ title: 'address' })
    .transform((text) => text.replace(/\/+$/, ''))
}

function webAddressProblem(text: string, advice: string): string | undefined {
  if (text.length > 2_048) return 'an address has at most 2048 characters'
  if (/[\s${}<>\\^`|"]/.test(text)) return 'an address holds no spaces or placeholders; write it out in full'
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text)) return advice
  if (url.username !== '' || url.password !== '' || text.split('/')[2]?.includes('@') === true) {
    return 'an address holds no user name or password'
  }
  return /[?#]/.test(text) ? 'an address holds no "?" or "#"' : undefined
}
