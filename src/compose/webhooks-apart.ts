// What only a gateway with webhooks needs, bundled apart from the rest: the sender, and the store of what waits.
export { createSqliteWebhooks } from '../adapters/sqlite/sqlite-webhooks.ts'
export { WebhookSender } from '../webhooks/webhook-sender.ts'
