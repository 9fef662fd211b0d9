import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { testClient, until } from '../../../../test/egress-client.ts'
import type { TestClient } from '../../../../test/egress-client.ts'
import { containerToken, region, startAws, webIdentity } from '../../../../test/stand-ins/aws.ts'
import type { AwsStandIn } from '../../../../test/stand-ins/aws.ts'
import type { StoredReference } from '../../../core/secret.ts'
import type { SecretStore, StoreAnswer } from '../../../secrets/ports.ts'
import { awsSettings } from '../../../secrets/settings.ts'
import type { StoreParts } from '../store-parts.ts'
import { createAwsStore } from './aws-apart.ts'

let aws: AwsStandIn
let client: TestClient
let environment: Record<string, string>
let files: Map<string, string>
let store: SecretStore | undefined

const keys = { AWS_ACCESS_KEY_ID: 'AKIDSTANDIN', AWS_SECRET_ACCESS_KEY: 'secret/of+standin' }

beforeEach(async () => {
  aws = await startAws()
  aws.write('prod/ai', JSON.stringify({ openai: 'sk-one', nested: {} }), 1_767_225_600.5)
  aws.write('plain', 'sk-plain')
  client = testClient()
  aws.nowMs = () => client.clock.wallMs()
  environment = { AWS_REGION: region, ...keys, HOME: '/home/gateway', AWS_EC2_METADATA_DISABLED: 'true' }
  files = new Map()
})

afterEach(async () => {
  store?.close()
  client[Symbol.dispose]()
  await aws[Symbol.asyncDispose]()
})

function storeWith(written: Readonly<Record<string, unknown>> = {}): SecretStore {
  const parts: StoreParts = {
    egress: client.egress,
    clock: client.clock,
    environment,
    random: () => 0.5,
    readLocal: () => ({ ok: false, reason: 'is not there' }),
    readFile: (path) => files.get(path),
  }
  store = createAwsStore(awsSettings.parse({ endpoint: aws.url, ...written }), parts)
  return store
}

async function readOne(
  from: SecretStore,
  reference: StoredReference = 'aws:prod/ai#openai',
): Promise<StoreAnswer | undefined> {
  return (await from.read([reference])).get(reference)
}

async function reasonWhy(reference?: StoredReference, from = storeWith()): Promise<string> {
  const answer = await readOne(from, reference)
  return answer === undefined || answer.kind === 'value' ? '' : `${answer.kind}: ${answer.reason}`
}

describe('a secret in Secrets Manager', () => {
  test('is read by name or by ARN, whole or a member of its JSON, with the time of its version', async () => {
    const arn = `aws:arn:aws:secretsmanager:${region}:123456789012:secret:prod/ai-AbCdEf#openai` as const
    aws.write('bytes', Buffer.from('sk-bytes'))
    const references: StoredReference[] = ['aws:prod/ai#openai', arn, 'aws:plain', 'aws:bytes']
    const answers = await storeWith().read(references)
    const sinceMs = 1_767_225_600_500
    expect([...answers.values()]).toEqual([
      { kind: 'value', text: 'sk-one', sinceMs },
      { kind: 'value', text: 'sk-one', sinceMs },
      { kind: 'value', text: 'sk-plain', sinceMs },
      { kind: 'value', text: 'sk-bytes', sinceMs },
    ])
  })

  test('is asked for once where several of its members are named', async () => {
    aws.write('prod/ai', '{"a":"1","b":"2"}')
    await storeWith().read(['aws:prod/ai#a', 'aws:prod/ai#b'])
    expect(aws.asked).toEqual(['secret prod/ai'])
  })

  test.each([
    [
      'aws:nothing',
      'refused: answers 400 ResourceNotFoundException: there is no secret of this name in this region',
    ],
    ['aws:prod/ai#nothing', 'refused: has no text under this member'],
    ['aws:prod/ai#nested', 'refused: has no text under this member'],
    ['aws:plain#key', 'refused: holds no JSON there; leave out "#" and what follows'],
  ] satisfies [StoredReference, string][])('that is not there is refused: %s', async (reference, reason) => {
    expect(await reasonWhy(reference)).toBe(reason)
  })

  test.each([
    ['throttles', 'away: answers 400 ThrottlingException'],
    ['failing', 'away: answers 500 InternalServiceError'],
    ['malformed', 'away: answers with something that is no secret'],
    [
      'denies',
      'refused: answers 400 AccessDeniedException: the policy has to allow secretsmanager:GetSecretValue on it, and its key',
    ],
  ] satisfies [AwsStandIn['mood'], string][])('of a store that %s is not guessed', async (mood, reason) => {
    aws.mood = mood
    expect(await reasonWhy()).toBe(reason)
  })

  test('of a store that says nothing is given up after the timeout', async () => {
    aws.mood = 'hangs'
    const reason = reasonWhy('aws:plain', storeWith({ timeout: '1s' }))
    await until(() => client.egress.connections().active > 0)
    client.clock.advance(1_000)
    expect(await reason).toBe('away: cannot be reached: no answer within 1 s')
  })

  test('needs a region', async () => {
    environment = { ...keys }
    expect(await reasonWhy()).toBe('refused: has no region: write secrets.aws.region, or set AWS_REGION')
  })
})

describe('credentials', () => {
  test('of the environment that are wrong are refused, and never told', async () => {
    environment = { ...environment, AWS_SECRET_ACCESS_KEY: 'canary-secret' }
    expect(await reasonWhy()).toBe(
      'refused: answers 400 InvalidSignatureException: it does not take the credentials',
    )
  })

  test('come along with their session token', async () => {
    aws.keys.set('ASIATEMP', { secret: 'temp', sessionToken: 'session' })
    environment = { ...environment, AWS_ACCESS_KEY_ID: 'ASIATEMP', AWS_SECRET_ACCESS_KEY: 'temp' }
    expect(await reasonWhy()).toContain('UnrecognizedClientException')
    environment = { ...environment, AWS_SESSION_TOKEN: 'session' }
    expect(await reasonWhy()).toBe('')
  })

  test('come from the profile that is named, also before the environment', async () => {
    files.set(
      '/home/gateway/.aws/credentials',
      '[default]\naws_access_key_id = no\n# x\n[gateway]\naws_access_key_id=AKIDPROFILE\naws_secret_access_key = in=profile \n',
    )
    aws.keys.set('AKIDPROFILE', { secret: 'in=profile' })
    environment = { ...environment, AWS_SECRET_ACCESS_KEY: 'wrong' }
    expect(await reasonWhy('aws:plain', storeWith({ profile: 'gateway' }))).toBe('')
    expect(await reasonWhy('aws:plain', storeWith({ profile: 'nobody' }))).toBe(
      'refused: cannot be asked: the profile that is named has no keys in the shared credentials file',
    )
  })

  test('are had for a web identity, and anew before they end', async () => {
    const { AWS_REGION } = environment
    environment = {
      AWS_REGION: String(AWS_REGION),
      AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/gateway',
      AWS_ENDPOINT_URL_STS: aws.url,
    }
    files.set('/token', `${webIdentity}\n`)
    aws.issued = { ...aws.issued, endsAt: new Date(client.clock.wallMs() + 3_600_000).toISOString() }
    const opened = storeWith()
    for (const _ of [1, 2]) expect(await reasonWhy('aws:plain', opened)).toBe('')
    expect(aws.asked.filter((asked) => asked === 'sts')).toHaveLength(1)
    client.clock.advance(3_400_000)
    aws.issued = { accessKeyId: 'ASIASECOND', secret: 'second', endsAt: '2100-01-01T00:00:00Z' }
    expect(await reasonWhy('aws:plain', opened)).toBe('')
    expect(aws.asked.filter((asked) => asked === 'sts')).toHaveLength(2)
    files.set('/token', 'another')
    expect(await reasonWhy()).toBe('refused: cannot be asked: the security token service answers 400')
  })

  test('are had of the container', async () => {
    environment = {
      AWS_REGION: region,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
    }
    expect(await reasonWhy()).toBe('')
    environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] = 'wrong'
    expect(await reasonWhy()).toBe("refused: cannot be asked: the container's credentials answers 401")
  })

  test('are had of the machine, by a session of its metadata', async () => {
    environment = { AWS_REGION: region, AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url }
    expect(await reasonWhy()).toBe('')
    expect(aws.asked.slice(0, 3)).toEqual(['machine token', 'machine roles', 'machine gateway-role'])
  })

  test('that were rotated are had anew at once', async () => {
    environment = { AWS_REGION: region, AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url }
    const opened = storeWith()
    expect(await reasonWhy('aws:plain', opened)).toBe('')
    aws.keys.delete('ASIAISSUED')
    aws.issued = { ...aws.issued, accessKeyId: 'ASIAOTHER' }
    expect(await reasonWhy('aws:plain', opened)).toBe('')
  })

  test('that are nowhere are said to be', async () => {
    environment = { AWS_REGION: region, AWS_EC2_METADATA_DISABLED: 'true' }
    expect(await reasonWhy()).toMatch(/^refused: cannot be asked without credentials: none are in/)
  })
})
