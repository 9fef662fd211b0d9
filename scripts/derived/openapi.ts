// docs/reference/openapi.json: the description that a gateway gives of itself at /openapi.json, one setting a line.
import { gatewayRoutes } from '../../src/compose/gateway-routes.ts'
import type { RouteParts } from '../../src/compose/gateway-routes.ts'
import { version } from '../../src/commands/version.ts'
import { describeApi } from '../../src/http/openapi/describe-api.ts'

/** The document. What is behind the routes is not asked for it. */
export function openApiFile(): string {
  const table = gatewayRoutes({} as unknown as RouteParts)
  return `${JSON.stringify(describeApi(table, version), null, 2)}\n`
}
