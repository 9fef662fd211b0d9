// Is there a gateway already that would take our key? A stranger on its port is not told the key: it is shown only to
// somebody who asks for one as Sallyport does.
import type { LoadedConfig } from '../../config/load-config.ts'
import { egressSettingsOf } from '../../compose/way-out.ts'
import type { Clock } from '../../core/clock.ts'
import { Deadlines } from '../../platform/deadlines.ts'
import { parseDestination } from '../../platform/egress/destination.ts'
import { createEgress } from '../../platform/egress/egress.ts'
import { systemResolver } from '../../platform/egress/resolver.ts'
import { getText } from '../../platform/get-text.ts'

/** `serves`: use it. `other`: a gateway with other keys, or one that goes away. `none`: no gateway at all. */
export type FoundGateway = { readonly kind: 'serves' | 'other' | 'none'; readonly url: string }

const answerMs = 1_000

/** Asks where the config says that a gateway listens. */
export async function findGateway(loaded: LoadedConfig, secret: string, clock: Clock): Promise<FoundGateway> {
  const url = urlOf(loaded.config.server)
  const settings = { ...egressSettingsOf(loaded.config, loaded.secrets), proxy: undefined }
  const egress = createEgress(settings, { clock, deadlines: new Deadlines(clock), resolve: systemResolver })
  const destination = parseDestination(url, 'operator')
  const ask = (path: string, headers: string): Promise<Answer | undefined> =>
    getText({ destination, path, headers, timeoutMs: answerMs }, { egress, clock })
  try {
    if (!isReady(await ask('/ready', ''))) return { kind: 'none', url }
    if (codeOf(await ask('/v1/models', '')) !== 'missing_api_key') return { kind: 'none', url }
    const answer = await ask('/v1/models', `authorization: Bearer ${secret}\r\n`)
    return { kind: answer?.status === 200 ? 'serves' : 'other', url }
  } finally {
    egress.close()
  }
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** Whoever listens on every address is asked on this machine's own. */
function urlOf({ host, port, tls }: LoadedConfig['config']['server']): string {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${tls === 'off' ? 'http' : 'https'}://${near.includes(':') ? `[${near}]` : near}:${port}`
}

function isReady(answer: Answer | undefined): boolean {
  return answer?.status === 200 && memberOf(parsed(answer.text), 'status') === 'ready'
}

function codeOf(answer: Answer | undefined): unknown {
  return memberOf(memberOf(parsed(answer?.text ?? ''), 'error'), 'code')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A stranger answers as he likes.
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
