// Where AWS credentials come from when nobody names them, in the order of AWS's own libraries
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html, seen 2026-11-21): the environment, a web
// identity, the shared file, the container, the machine.
import type { EgressPlace } from '../../../core/egress.ts'
import { askText } from '../../../platform/ask-text.ts'
import type { AskAnswer } from '../../../platform/ask-text.ts'
import { DestinationRefused, parseDestination } from '../../../platform/egress/destination.ts'
import type { AwsSettings } from '../../../secrets/settings.ts'
import { jsonOf, numberAt, textAt } from '../json-member.ts'
import type { StoreParts } from '../store-parts.ts'
import { profileOf } from './shared-file.ts'
import type { AwsCredentials } from './sign-request.ts'

export interface HeldCredentials extends AwsCredentials {
  /** Wall clock; undefined for those that do not end. */
  readonly endsAtMs: number | undefined
}

export type Sourced =
  | { readonly kind: 'credentials'; readonly credentials: HeldCredentials }
  /** This source is not set up here: the next is asked. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refused' | 'away'; readonly reason: string }

export interface SourceParts extends StoreParts {
  readonly settings: AwsSettings
  /** Of the security token service, too. */
  readonly region: string
}

type Source = (parts: SourceParts) => Sourced | Promise<Sourced>

const none: Sourced = { kind: 'none' }

/** The first source that is set up decides; one that fails is not passed over, for the next would be somebody else. */
export async function sourceCredentials(parts: SourceParts): Promise<Sourced> {
  for (const source of sources) {
    const found = await source(parts)
    if (found.kind !== 'none') return found
  }
  return {
    kind: 'refused',
    reason:
      'cannot be asked without credentials: none are in the environment, the shared file, the container or the machine',
  }
}

const sources: readonly Source[] = [
  fromEnvironment,
  fromWebIdentity,
  fromSharedFile,
  fromContainer,
  fromMachine,
]

function fromEnvironment({ environment, settings }: SourceParts): Sourced {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID']
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY']
  // A profile that the config names is meant, whatever else lies about.
  if (!accessKeyId || !secretAccessKey || settings.profile !== undefined) return none
  const sessionToken = environment['AWS_SESSION_TOKEN'] || undefined
  return {
    kind: 'credentials',
    credentials: { accessKeyId, secretAccessKey, sessionToken, endsAtMs: undefined },
  }
}

/** The token is Kubernetes' or another's; AWS gives credentials for it. Nothing is signed. */
async function fromWebIdentity(parts: SourceParts): Promise<Sourced> {
  const { environment, settings, region } = parts
  const file = environment['AWS_WEB_IDENTITY_TOKEN_FILE']
  const role = environment['AWS_ROLE_ARN']
  if (!file || !role || settings.profile !== undefined) return none
  const token = parts.readFile(file)?.trim()
  if (token === undefined)
    return { kind: 'refused', reason: 'cannot be asked: the web identity token file cannot be read' }
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: environment['AWS_ROLE_SESSION_NAME'] || 'sallyport',
    WebIdentityToken: token,
  })
  const url = environment['AWS_ENDPOINT_URL_STS'] || `https://sts.${region}.${domainOf(region)}`
  const answer = await ask(parts, url, {
    method: 'POST',
    headers: 'content-type: application/x-www-form-urlencoded\r\naccept: application/json\r\n',
    body: form.toString(),
  })
  if (!answer.ok || answer.status !== 200) return failed('the security token service', answer)
  const found = jsonOf(answer.text)
  const within = [
    'AssumeRoleWithWebIdentityResponse',
    'AssumeRoleWithWebIdentityResult',
    'Credentials',
  ] as const
  return credentialsIn((name) => {
    const value = textAt(found, ...within, name)
    // It answers in XML unless it is asked for JSON, which older endpoints pass over.
    return value ?? xmlText(answer.text, name) ?? numberText(found, [...within, name])
  })
}

function fromSharedFile({ environment, settings, readFile }: SourceParts): Sourced {
  const home = environment['HOME'] || environment['USERPROFILE'] || ''
  const path = environment['AWS_SHARED_CREDENTIALS_FILE'] || `${home}/.aws/credentials`
  const named = settings.profile ?? (environment['AWS_PROFILE'] || undefined)
  const text = readFile(path)
  const profile = text === undefined ? undefined : profileOf(text, named ?? 'default')
  const accessKeyId = profile?.get('aws_access_key_id')
  const secretAccessKey = profile?.get('aws_secret_access_key')
  if (!accessKeyId || !secretAccessKey) {
    if (named === undefined) return none
    return {
      kind: 'refused',
      reason: 'cannot be asked: the profile that is named has no keys in the shared credentials file',
    }
  }
  const sessionToken = profile?.get('aws_session_token')
  return {
    kind: 'credentials',
    credentials: { accessKeyId, secretAccessKey, sessionToken, endsAtMs: undefined },
  }
}

const containerHost = 'http://169.254.170.2'

async function fromContainer(parts: SourceParts): Promise<Sourced> {
  const { environment } = parts
  const relative = environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
  const url = relative ? `${containerHost}${relative}` : environment['AWS_CONTAINER_CREDENTIALS_FULL_URI']
  if (!url) return none
  const tokenFile = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']
  const token = tokenFile
    ? parts.readFile(tokenFile)?.trim()
    : environment['AWS_CONTAINER_AUTHORIZATION_TOKEN']
  if (token !== undefined && !/^[\x20-\x7e]*$/.test(token)) {
    return { kind: 'refused', reason: 'cannot be asked: the container authorization token is none' }
  }
  const headers = token ? `authorization: ${token}\r\n` : ''
  const answer = await ask(parts, url, { method: 'GET', headers })
  if (!answer.ok || answer.status !== 200) return failed("the container's credentials", answer)
  return credentialsOfJson(jsonOf(answer.text))
}

/** The instance metadata service, version 2: nothing is told to somebody who cannot PUT. */
async function fromMachine(parts: SourceParts): Promise<Sourced> {
  const { environment } = parts
  if (environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return none
  const base = environment['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || 'http://169.254.169.254'
  const session = await ask(parts, `${base.replace(/\/$/, '')}/latest/api/token`, {
    method: 'PUT',
    headers: 'x-aws-ec2-metadata-token-ttl-seconds: 300\r\n',
    timeoutMs: machineTimeoutMs,
  })
  // Nobody there: this is no such machine.
  if (!session.ok) return none
  const token = session.text.trim()
  if (session.status !== 200 || !/^[\x21-\x7e]+$/.test(token))
    return failed("the machine's metadata", session)
  const headers = `x-aws-ec2-metadata-token: ${token}\r\n`
  const place = `${base.replace(/\/$/, '')}/latest/meta-data/iam/security-credentials/`
  const roles = await ask(parts, place, { method: 'GET', headers, timeoutMs: machineTimeoutMs })
  if (!roles.ok || roles.status !== 200) return failed("the machine's role", roles)
  const role = roles.text.split('\n')[0]?.trim() ?? ''
  if (!/^[\w+=,.@-]{1,128}$/.test(role))
    return { kind: 'refused', reason: 'cannot be asked: the machine has no role' }
  const answer = await ask(parts, place + role, { method: 'GET', headers, timeoutMs: machineTimeoutMs })
  if (!answer.ok || answer.status !== 200) return failed("the machine's credentials", answer)
  return credentialsOfJson(jsonOf(answer.text))
}

/** It is one hop away, or not there at all. */
const machineTimeoutMs = 1_000

function credentialsOfJson(found: unknown): Sourced {
  // The security token service says SessionToken, these two Token.
  return credentialsIn((name) => textAt(found, name === 'SessionToken' ? 'Token' : name))
}

function credentialsIn(read: (name: string) => string | undefined): Sourced {
  const [accessKeyId, secretAccessKey] = [read('AccessKeyId'), read('SecretAccessKey')]
  const sessionToken = read('SessionToken')
  if (!isWord(accessKeyId) || !isWord(secretAccessKey)) {
    return { kind: 'away', reason: 'cannot be asked: the source of its credentials answered without any' }
  }
  const ends = read('Expiration') ?? ''
  const endsAtMs = /^[\d.]+$/.test(ends) ? Number(ends) * 1_000 : Date.parse(ends)
  return {
    kind: 'credentials',
    credentials: {
      accessKeyId,
      secretAccessKey,
      sessionToken: isWord(sessionToken) ? sessionToken : undefined,
      endsAtMs: Number.isFinite(endsAtMs) ? endsAtMs : undefined,
    },
  }
}

/** They go into headers. */
function isWord(text: string | undefined): text is string {
  return text !== undefined && /^[\x21-\x7e]{1,16384}$/.test(text)
}

interface Question {
  readonly method: EgressPlace['method']
  readonly headers: string
  readonly body?: string
  readonly timeoutMs?: number
}

async function ask(parts: SourceParts, url: string, question: Question): Promise<AskAnswer> {
  try {
    const { pathname, search } = new URL(url)
    const destination = parseDestination(url, 'operator')
    const { timeout: timeoutMs } = parts.settings
    return await askText({ timeoutMs, ...question, destination, path: pathname + search }, parts)
  } catch (failure) {
    if (failure instanceof DestinationRefused || failure instanceof TypeError) {
      return { ok: false, reason: 'its address is none' }
    }
    throw failure
  }
}

function failed(what: string, answer: AskAnswer): Sourced {
  if (!answer.ok) return { kind: 'away', reason: `cannot be asked: ${what}: ${answer.reason}` }
  const kind = answer.status >= 500 || answer.status === 429 ? 'away' : 'refused'
  return { kind, reason: `cannot be asked: ${what} answers ${answer.status}` }
}

function xmlText(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
}

function numberText(found: unknown, steps: readonly string[]): string | undefined {
  const number = numberAt(found, ...steps)
  return number === undefined ? undefined : String(number)
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
export function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}
