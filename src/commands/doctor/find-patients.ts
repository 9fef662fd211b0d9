// Whom the doctor examines: the deployments of a name in the config, or what is at an address.
import type { LoadedConfig } from '../../config/load-config.ts'
import { compatibleType } from '../../config/facts.ts'
import { findDeployments } from '../../compose/find-deployments.ts'
import type { FindParts } from '../../compose/find-deployments.ts'
import { unkeptPrices } from '../../compose/deployment-price.ts'
import { nothingMeasured } from '../../compose/measured-capabilities.ts'
import { noWishes } from '../../compose/model-plans.ts'
import { networkProvider, placeOf } from '../../compose/provider-set.ts'
import type { ReadyProvider } from '../../compose/provider-set.ts'
import { getText } from '../../platform/get-text.ts'
import { readText } from '../../platform/read-text.ts'
import { findProvider } from '../../providers/catalogue.ts'
import { findModelList } from '../../providers/read-model-list.ts'
import { fixedHeaders } from '../../providers/send.ts'
import type { Connection } from '../../providers/send.ts'
import type { Patient } from './exam.ts'

export interface FoundPatient extends Patient {
  /** Where it is; empty for the built-in demo. */
  readonly place: string
}

const strangeModel = 'sallyport-doctor-no-such-model'
const listTimeoutMs = 15_000
const secretBytesMax = 64 * 1024
/** A key of no account, in the form that most providers give theirs. */
const noKey = 'sk-sallyport-doctor-not-a-key'

/** Every deployment of a name. Rejects with an Error whose sentence says why there is none. */
export async function patientsOfModel(
  model: string,
  { loaded, wrongKey, ...parts }: FindParts & { readonly loaded: LoadedConfig; readonly wrongKey: boolean },
): Promise<readonly FoundPatient[]> {
  const found = await findDeployments(model, loaded, parts)
  return found.map(({ provider, deployment }) =>
    patientOf(provider, [deployment.providerModel, wrongKey], parts),
  )
}

export interface Place {
  readonly url: string
  readonly model: string | undefined
  /** `env:NAME` or `file:PATH`. */
  readonly apiKey: string | undefined
}

/** What is at an address, which speaks OpenAI's chat dialect. Rejects with an Error that says what is wrong. */
export async function patientAt({ url, model, apiKey }: Place, parts: FindParts): Promise<FoundPatient> {
  const secret = apiKey === undefined ? '' : readSecret(apiKey, parts)
  const provider = findProvider(compatibleType)
  if (provider === undefined) throw new Error('The catalogue has no provider for an address.')
  const ready = networkProvider(
    {
      name: 'url',
      origin: 'declared',
      provider,
      baseUrl: url.replace(/\/+$/, ''),
      keys: [{ reveal: () => secret, name: apiKey ?? '', weight: 1 }],
      models: undefined,
    },
    { egress: parts.egress, fingerprint: () => '', measured: nothingMeasured, prices: unkeptPrices() },
  )
  const name = model ?? (await firstListed(ready.connection, parts))
  if (name === undefined) throw new Error('It gives no list of models; name one with --model.')
  return patientOf(ready, [name, secret !== ''], parts)
}

function patientOf(
  provider: ReadyProvider,
  [providerModel, triesKey]: readonly [string, boolean],
  { egress }: FindParts,
): FoundPatient {
  const { connection } = provider
  const make = (from: ReadyProvider, name: string): Patient['deployment'] => from.deployment(name, noWishes)
  const stranger = triesKey && connection !== undefined ? withoutKey(provider, connection, egress) : undefined
  return {
    deployment: make(provider, providerModel),
    strange: make(provider, strangeModel),
    wrongKey: stranger === undefined ? undefined : make(stranger, providerModel),
    place: connection === undefined ? '' : placeOf(connection),
  }
}

/** The same place, asked with a key that is none; nothing where no key is asked for. */
function withoutKey(
  { name, origin }: ReadyProvider,
  connection: Connection,
  egress: FindParts['egress'],
): ReadyProvider | undefined {
  if (connection.credential === '') return undefined
  const { provider } = connection
  const keys = [{ reveal: () => noKey, name: '', weight: 1 }]
  return networkProvider(
    { name, origin, provider, baseUrl: placeOf(connection), keys, models: undefined },
    { egress, fingerprint: () => '', measured: nothingMeasured, prices: unkeptPrices() },
  )
}

async function firstListed(
  connection: Connection | undefined,
  { egress, clock }: FindParts,
): Promise<string | undefined> {
  if (connection === undefined) return undefined
  const { provider, destination, basePath } = connection
  const path = `${basePath}${provider.paths.models ?? ''}`
  const headers = `${fixedHeaders(connection, 'models')}accept: application/json\r\n`
  const answer = await getText({ destination, path, headers, timeoutMs: listTimeoutMs }, { egress, clock })
  return answer?.status === 200 ? findModelList(answer.text, provider)?.[0] : undefined
}

function readSecret(reference: string, { environment }: FindParts): string {
  const [, kind, name = ''] = /^(env|file):(.+)$/.exec(reference) ?? []
  if (kind === undefined) {
    throw new Error('--api-key names a secret and never holds it: write env:NAME or file:PATH.')
  }
  if (kind === 'env') {
    const text = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (text === undefined || text === '') throw new Error('The variable that --api-key names is not set.')
    return text
  }
  const read = readText(name, secretBytesMax)
  if (!read.ok) throw new Error(`The file that --api-key names ${read.reason}.`)
  return read.text.trim()
}
