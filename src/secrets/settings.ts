// The settings of secrets: how often stores are asked again, how old a credential may become, and how the stores are
// reached. What opens a store lies on this machine, or the store would be needed to open it.
import * as z from 'zod'
import {
  duration,
  filePath,
  list,
  localSecretReference,
  off,
  section,
  webAddress,
} from '../platform/setting-values.ts'

const addressAdvice = 'write an address such as https://vault.example.com:8200'

const mountPath = z
  .string()
  .max(256)
  .regex(/^[\w.~@:+-]+(\/[\w.~@:+-]+)*$/, { error: 'write the path of a mount, such as team/kv' })

const plainWord = z
  .string()
  .max(256)
  .regex(/^[\x21-\x7e]+$/, { error: 'write a word without spaces' })

export const vaultSettings = section({
  address: webAddress(addressAdvice)
    .optional()
    .describe('Where Vault answers. Left out, what `VAULT_ADDR` says.'),
  namespace: plainWord.optional().describe('The namespace. Left out, what `VAULT_NAMESPACE` says.'),
  ca_file: filePath()
    .optional()
    .describe('More certificate authorities to trust, in PEM. Left out, what `VAULT_CACERT` says.'),
  auth: z
    .enum(['token', 'approle', 'kubernetes'])
    .prefault('token')
    .describe('How Sallyport proves to Vault who it is.'),
  auth_mount: mountPath
    .optional()
    .describe('Where this way to log in is mounted. Left out, `approle` or `kubernetes`.'),
  token: localSecretReference()
    .optional()
    .describe('For `token`: the token. Left out, `env:VAULT_TOKEN`. A file is read again when it changes.'),
  role_id: localSecretReference().optional().describe('For `approle`: the role id.'),
  secret_id: localSecretReference().optional().describe('For `approle`: the secret id.'),
  role: plainWord.optional().describe('For `kubernetes`: the role.'),
  jwt: localSecretReference()
    .prefault('file:/var/run/secrets/kubernetes.io/serviceaccount/token')
    .describe('For `kubernetes`: the token of the service account.'),
  mounts: list(mountPath, 100)
    .prefault([])
    .describe(
      'Mounts of more than one step, such as `team/kv`; of all others the first step of a path is the mount.',
    ),
  timeout: duration('100ms', '1m').prefault('5s').describe('How long an answer may take.'),
})

export const awsSettings = section({
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, { error: 'write a region such as eu-central-1' })
    .optional()
    .describe('Left out, that of an ARN, or what `AWS_REGION` or `AWS_DEFAULT_REGION` says.'),
  endpoint: webAddress('write an address such as https://secretsmanager.eu-central-1.amazonaws.com')
    .optional()
    .describe(
      'Where Secrets Manager answers, for a private endpoint. Left out, `AWS_ENDPOINT_URL_SECRETS_MANAGER`, or that of the region.',
    ),
  profile: plainWord
    .optional()
    .describe('The profile in the shared credentials file. Left out, `AWS_PROFILE`, or `default`.'),
  timeout: duration('100ms', '1m').prefault('5s').describe('How long an answer may take.'),
})

export const secretsSettings = section({
  refresh: duration('1s', '1d')
    .prefault('5m')
    .describe('How often `vault:` and `aws:` secrets are read again, give or take a tenth.'),
  max_age: z
    .union([off(), duration('1m', '3650d')], { error: 'write off, or a duration such as 90d' })
    .prefault('off')
    .describe(
      "How old a provider's credential may be before the log and a metric say that it is due for a change.",
    ),
  vault: vaultSettings.prefault({}).describe('How `vault:` secrets are read: HashiCorp Vault, KV version 2.'),
  aws: awsSettings.prefault({}).describe('How `aws:` secrets are read: AWS Secrets Manager.'),
})

export type VaultSettings = z.output<typeof vaultSettings>
export type AwsSettings = z.output<typeof awsSettings>
export type SecretsSettings = z.output<typeof secretsSettings>
