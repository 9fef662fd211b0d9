// The table of routes as it is in a gateway, for those who look at it and ask for nothing: what is behind it is not there.
import { gatewayRoutes } from '../../src/compose/gateway-routes.ts'
import type { RouteParts } from '../../src/compose/gateway-routes.ts'

export function routeTable(): ReturnType<typeof gatewayRoutes> {
  return gatewayRoutes({} as RouteParts)
}
