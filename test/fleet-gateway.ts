// What a client and an administrator see of one gateway of a fleet.
import type { RunningGateway } from './end-to-end/start-gateway.ts'

/** Its `GET /ready`: `200 ready`, `200 degraded`, `503 starting`. */
export async function readinessOf({ url }: Pick<RunningGateway, 'url'>): Promise<string> {
  const answer = await fetch(`${url}/ready`)
  const { status } = (await answer.json()) as { status: string }
  return `${answer.status} ${status}`
}

/** It has limits and budgets in common with others, and has heard of them. */
export async function isTogether({ url }: Pick<RunningGateway, 'url'>): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const isShared = text.includes('sallyport_limits_mode{limits_mode="shared"} 1')
  return isShared && /^sallyport_fleet_gateways [2-9]/m.test(text)
}

/** The status with which whoever has this key is answered. */
export async function statusFor({ url }: Pick<RunningGateway, 'url'>, key: string): Promise<number> {
  const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  await answer.arrayBuffer()
  return answer.status
}

/** Asks a gateway for a new key of this name. */
export function askForKey(
  { url }: Pick<RunningGateway, 'url'>,
  { owner, name }: { readonly owner: string; readonly name: string },
): Promise<Response> {
  return fetch(`${url}/admin/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner}` },
    body: JSON.stringify({ name }),
  })
}

export interface MadeKey {
  readonly id: string
  readonly secret: string
}

/** Makes one. Rejects when the gateway does not. */
export async function makeKey(
  gateway: Pick<RunningGateway, 'url'>,
  made: { readonly owner: string; readonly name: string },
): Promise<MadeKey> {
  const answer = await askForKey(gateway, made)
  if (answer.status !== 201) throw new Error(`no key was made: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as MadeKey
}
