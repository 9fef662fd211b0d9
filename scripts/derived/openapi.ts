// docs/reference/openapi.json: the description that a gateway gives of itself at /openapi.json, one setting a line.
import { version } from '../../src/core/version.ts'
import { describeApi } from '../../src/http/openapi/describe-api.ts'
import { routeTable } from './route-table.ts'

/** The document. What is behind the routes is not asked for it. */
export function openApiFile(): string {
  return `${JSON.stringify(describeApi(routeTable(), version), null, 2)}\n`
}
