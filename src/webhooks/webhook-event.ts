// What webhooks tell of. An event says who and how much, in names and numbers: never a prompt, an answer or a secret.

export const webhookEventNames = [
  'budget.alert',
  'budget.exhausted',
  'model.deprecated',
  'model.retired',
  'model.changed',
  'deployment.ejected',
  'deployment.recovered',
  'key.expiring',
  'credential.due',
  'webhook.disabled',
] as const
export type WebhookEventName = (typeof webhookEventNames)[number]

/** Sent to an endpoint because an operator asked for it. */
export const testEventName = 'webhook.test'

export interface WebhookEvent {
  readonly type: WebhookEventName | typeof testEventName
  /** JSON, under 16 KB. */
  readonly facts: Readonly<Record<string, unknown>>
  /** What several processes can find out, each by itself: told once in the same words, whoever tells it. */
  readonly once?: string
}

/** Whether one of these names or groups (`budget.*`, `*`) means the event. */
export function isWanted(type: WebhookEvent['type'], wanted: readonly string[]): boolean {
  if (type === testEventName) return false
  return wanted.some((word) => word === '*' || word === type || word === `${type.split('.')[0]}.*`)
}
