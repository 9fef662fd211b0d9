// One entry of `model_list`: which provider it means, and what else it says. Everything that is not carried is noted.
import { shown } from '../../config/problem.ts'
import type { SettingPath } from '../../config/problem.ts'
import { providerModel } from '../../platform/setting-values.ts'
import { findProvider } from '../../providers/catalogue.ts'
import type { Provider } from '../../providers/provider.ts'
import { compatibleType } from '../../config/facts.ts'
import { durationFor } from './durations.ts'
import { azureType, compatiblePrefix, knownPrefix, splitModel } from './litellm-providers.ts'
import type { ProviderFacts } from './provider-book.ts'
import { reasonFor, requestFields } from './reasons.ts'
import { azureBase, baseUrlFor, isOwnPlace, keyOf, withoutEndpoint } from './read-connection.ts'
import { ownNames, readOwnFacts } from './read-own-facts.ts'
import type { OwnReading } from './read-own-facts.ts'
import { groupOf, isNothing, numberOf, textOf } from './source.ts'
import type { Group, Source } from './source.ts'

export interface ReadDeployment {
  readonly path: SettingPath
  /** The name that clients use. */
  readonly publicName: string
  readonly provider: ProviderFacts
  /** The provider's own name; `*` when every one is meant. */
  readonly model: string
  readonly timeout: string | undefined
  /** Lower is tried first. */
  readonly order: number | undefined
  readonly own: OwnReading
}

export interface EntryReading {
  readonly path: SettingPath
  readonly source: Source
  /** Calls at a time of an entry that says nothing of its own. */
  readonly concurrency: number | undefined
}

/** Reads an entry. Undefined, with a note, when there is nothing to call. */
export function readDeployment(
  entry: unknown,
  { path, source, concurrency }: EntryReading,
): ReadDeployment | undefined {
  const { notes } = source
  const { model_name: name, litellm_params: written, ...beside } = groupOf(entry)
  const paramsPath = [...path, 'litellm_params']
  const params = withCredential(groupOf(written), paramsPath, source)
  const model = textOf(params['model'], [...paramsPath, 'model'], source)
  if (typeof name !== 'string' || name === '' || model === undefined) {
    notes.lost(path, 'an entry needs a model_name and a litellm_params.model')
    return undefined
  }
  const named = params['custom_llm_provider']
  const split = splitModel(model, typeof named === 'string' && named !== '' ? named : undefined)
  if (split === undefined) return notes.lost(path, unplaced(model))
  if (!modelNames.safeParse(split.name).success) return notes.lost([...paramsPath, 'model'], modelAdvice)
  const provider = providerOf(split.prefix, params, { paramsPath, source })
  if (provider === undefined) return undefined
  noteRest(params, paramsPath, source)
  for (const [key, value] of Object.entries(beside)) noteBeside(key, value, { path, source })
  return {
    path,
    publicName: name,
    provider,
    model: split.name,
    timeout: durationFor(params['timeout'], [...paramsPath, 'timeout'], source),
    order: numberOf(params['order'], [...paramsPath, 'order'], source),
    own: readOwnFacts(
      [
        { path: paramsPath, group: params },
        { path, group: beside },
        { path: [...path, 'model_info'], group: groupOf(beside['model_info']) },
      ],
      concurrency,
      source,
    ),
  }
}

/** What a config takes for a provider's name of a model. */
const modelNames = providerModel()
const modelAdvice =
  "needs the provider's own name of the model: 1 to 256 characters of ASCII without spaces, as in provider/model"

function unplaced(model: string): string {
  if (model === '*') return 'a wildcard for every provider is not known here; name the providers'
  return `nothing says which provider has "${shown(model)}"; write provider/model there`
}

interface Reading {
  readonly paramsPath: SettingPath
  readonly source: Source
}

function providerOf(prefix: string, params: Group, reading: Reading): ProviderFacts | undefined {
  const { paramsPath, source } = reading
  const known = knownPrefix(prefix)
  const written = params['api_base'] ?? params['base_url']
  const addressPath = [...paramsPath, params['api_base'] === undefined ? 'base_url' : 'api_base']
  const address = textOf(written, addressPath, source)
  // Its variable is not set, or it is no text: nobody can say where that is.
  if (address === undefined && !isNothing(written)) return undefined
  const more = { params, addressPath, ...reading }
  const lost = (message: string): undefined => source.notes.lost([...paramsPath, 'model'], message)
  const spoken = shown(prefix)
  switch (known.kind) {
    case 'signed':
      return lost(
        `${spoken} wants requests signed with a cloud's own credentials, which this version cannot do`,
      )
    case 'azure':
      return azureProvider(address ?? source.variables.get('AZURE_API_BASE'), more)
    case 'catalogue':
      return catalogueProvider(known.provider, address, more)
    default:
      if (address === undefined) {
        return lost(
          `there is no provider ${spoken} here; with an api_base it could be called as a server of OpenAI's API`,
        )
      }
      if (known.kind === 'unknown') {
        source.notes.changed(
          addressPath,
          `is called as a server of OpenAI's API: there is no provider ${spoken} here`,
        )
      }
      return providerAt(address, compatible, more)
  }
}

interface ProviderReading extends Reading {
  readonly params: Group
  readonly addressPath: SettingPath
}

const compatible = { type: compatibleType, provider: undefined }

function catalogueProvider(
  provider: Provider,
  address: string | undefined,
  reading: ProviderReading,
): ProviderFacts | undefined {
  const { params, paramsPath, source } = reading
  if (address === undefined || sameAddress(address, provider.baseUrl)) {
    const key = keyOf(params['api_key'], [...paramsPath, 'api_key'], { source, provider, isOwn: true })
    return { type: provider.name, baseUrl: undefined, key }
  }
  // This name stands for every server that speaks as its own does.
  const isCompatible = provider.name === compatiblePrefix
  return providerAt(address, isCompatible ? compatible : { type: provider.name, provider }, reading)
}

function azureProvider(address: string | undefined, reading: ProviderReading): ProviderFacts | undefined {
  const { params, paramsPath, addressPath, source } = reading
  if (address === undefined) {
    return source.notes.lost([...paramsPath, 'api_base'], 'is needed: Azure has an address for each resource')
  }
  if (isNothing(params['api_key']) && !isNothing(params['azure_ad_token'] ?? params['tenant_id'])) {
    return source.notes.lost([...paramsPath, 'model'], 'this version signs in to Azure with a key alone')
  }
  const baseUrl = baseUrlFor(azureBase(address), { path: addressPath, source, provider: undefined })
  if (baseUrl === undefined) return undefined
  const written = isNothing(params['api_key']) ? 'os.environ/AZURE_API_KEY' : params['api_key']
  // A resource always wants a key, so no word for "none" is taken for one.
  const azure = { source, provider: findProvider(azureType), isOwn: true }
  return { type: azureType, baseUrl, key: keyOf(written, [...paramsPath, 'api_key'], azure) }
}

interface MeantProvider {
  readonly type: string
  readonly provider: Provider | undefined
}

/** A provider at an address of the operator's own. */
function providerAt(
  address: string,
  { type, provider }: MeantProvider,
  { params, paramsPath, addressPath, source }: ProviderReading,
): ProviderFacts | undefined {
  const baseUrl = baseUrlFor(address, { path: addressPath, source, provider })
  if (baseUrl === undefined) return undefined
  const isOwn = provider !== undefined && isOwnPlace(address, provider)
  return {
    type,
    baseUrl,
    key: keyOf(params['api_key'], [...paramsPath, 'api_key'], { source, provider, isOwn }),
  }
}

function sameAddress(one: string, other: string): boolean {
  return withoutEndpoint(one).replace(/\/v1$/, '') === other.replace(/\/v1$/, '')
}

/** What a named credential brings goes behind what the entry says itself. */
function withCredential(params: Group, path: SettingPath, { root, notes }: Source): Group {
  const { litellm_credential_name: wanted, ...own } = params
  if (isNothing(wanted)) return own
  const list = Array.isArray(root['credential_list']) ? root['credential_list'] : []
  const found = list.map(groupOf).find(({ credential_name: name }) => name === wanted)
  if (found === undefined)
    notes.lost([...path, 'litellm_credential_name'], 'names no entry of credential_list')
  return { ...groupOf(found?.['credential_values']), ...own }
}

const carried = new Set([
  'model',
  'api_key',
  'api_base',
  'base_url',
  'custom_llm_provider',
  'timeout',
  'order',
  // What it asks for is so without a word.
  'drop_params',
])

function noteRest(params: Group, path: SettingPath, { notes }: Source): void {
  for (const [name, value] of Object.entries(params)) {
    if (carried.has(name) || ownNames.has(name) || isNothing(value)) continue
    notes.lost([...path, name], requestFields.has(name) ? reasonFor('request-field') : reasonFor(name))
  }
}

/** `model_info` and what stands beside it. Which endpoint a model has is the client's to know. */
function noteBeside(
  key: string,
  value: unknown,
  { path, source }: { path: SettingPath; source: Source },
): void {
  if (key !== 'model_info') {
    if (!isNothing(value) && !ownNames.has(key)) source.notes.lost([...path, key], reasonFor(key))
    return
  }
  for (const [name, fact] of Object.entries(groupOf(value))) {
    if (name === 'mode' || name === 'id' || ownNames.has(name) || isNothing(fact)) continue
    source.notes.lost([...path, key, name], reasonFor(name, 'model_info'))
  }
}
