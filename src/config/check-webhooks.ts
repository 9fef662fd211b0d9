// What is wrong with webhooks together: each has a name of its own, because what waits for it is kept under that.
import type { Finding } from './problem.ts'
import type { Draft } from './read-shape.ts'

export function checkWebhooks({ webhooks }: Draft): Finding[] {
  const names = new Map<string, number>()
  return webhooks.flatMap((webhook, index): Finding[] => {
    if (webhook === null) return []
    const first = names.get(webhook.name)
    if (first === undefined) names.set(webhook.name, index)
    if (first === undefined) return []
    const message = `is that of webhooks[${first}] too; each endpoint has a name of its own`
    return [{ path: ['webhooks', index, 'name'], at: 'value', message }]
  })
}
