// The description of the whole API as OpenAPI 3.1, made of the table of routes, the schemas that read bodies, and what is
// said of both.
import * as z from 'zod'
import type { Route } from '../router.ts'
import { callOperations } from './call-operations.ts'
import type { JsonSchema, Operation, Parameter } from './operation.ts'
import { routeOperations } from './route-operations.ts'
import { listOf, schemas } from './schemas.ts'

/** What is looked at of a route. */
export type DescribedRoute = Pick<Route, 'method' | 'path' | 'access'>

/** The document for a gateway with these routes. */
export function describeApi(routes: readonly DescribedRoute[], version: string): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  const add = (operation: Operation, access: Route['access']): void => {
    const place = (paths[operation.path] ??= {})
    place[operation.method.toLowerCase()] = describe(operation, access)
  }
  for (const { scope, ...operation } of callOperations) add(operation, { scope })
  for (const operation of routeOperations) {
    const route = routeOf(operation, routes)
    if (route !== undefined) add(operation, route.access)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sallyport', version, description: introduction, license },
    servers: [{ url: '/' }],
    tags: groups,
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, or a token of an issuer in the config.',
        },
        keyHeader: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  }
}

const introduction =
  'One API in front of any provider. Calls are taken in four formats, which their makers describe. ' +
  ' Every failure has a stable code in x-sallyport-error.'

const license = { name: 'Apache-2.0', identifier: 'Apache-2.0' }

const groups = [
  { name: 'calls', description: "What does a model's work." },
  { name: 'models', description: 'What can be called.' },
  { name: 'records', description: 'What is kept of calls.' },
  { name: 'operators', description: 'What operators see and do.' },
  { name: 'process', description: 'The process, and this description.' },
] as const satisfies readonly { readonly name: Operation['group']; readonly description: string }[]

/** The route that an operation is done at: the one with the longest path among those that take it. */
export function routeOf<Known extends DescribedRoute>(
  { method, path }: Pick<Operation, 'method' | 'path'>,
  routes: readonly Known[],
): Known | undefined {
  const taking = routes.filter((route) => {
    if (route.method !== method) return false
    return route.path.endsWith('/*') ? path.startsWith(route.path.slice(0, -1)) : route.path === path
  })
  return taking.toSorted((one, other) => other.path.length - one.path.length)[0]
}

function describe(operation: Operation, access: Route['access']): JsonSchema {
  const { id, group, summary, parameters, body, answer } = operation
  return {
    operationId: id,
    tags: [group],
    summary,
    ...(parameters !== undefined && { parameters: parameters.map(describeParameter) }),
    ...(body !== undefined && { requestBody: describeBody(body) }),
    responses: {
      [answer.status ?? 200]: describeAnswer(answer),
      default: {
        description: 'A failure.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
    ...describeAccess(access, operation.method),
  }
}

function describeParameter({ name, in: place, says, schema }: Parameter): JsonSchema {
  return {
    name,
    in: place,
    description: says,
    required: place === 'path',
    schema: schema ?? { type: 'string' },
  }
}

function describeBody(body: NonNullable<Operation['body']>): JsonSchema {
  if (body instanceof z.ZodType) {
    return { required: true, content: { 'application/json': { schema: printed(body) } } }
  }
  const schema = { type: 'object', externalDocs: { url: body.page } }
  return {
    required: true,
    description: `As ${body.madeBy} describes it: ${body.page}`,
    content: { 'application/json': { schema } },
  }
}

/** As clients write it. */
function printed(body: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(body, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // It is about the value that the program holds, not about what may be written.
      delete jsonSchema.readOnly
    },
  })
  return schema
}

function describeAnswer({ says, is, listOf: entry, type }: Operation['answer']): JsonSchema {
  const named = is === undefined ? undefined : { $ref: `#/components/schemas/${is}` }
  const schema = entry === undefined ? named : listOf(entry)
  const kind = type ?? 'application/json'
  const plain = kind === 'application/json' ? { type: 'object' } : { type: 'string' }
  return { description: says, content: { [kind]: { schema: schema ?? plain } } }
}

function describeAccess(access: Route['access'], method: Operation['method']): JsonSchema {
  if (access === 'anybody') return { security: [] }
  const security = [{ key: [] }, { keyHeader: [] }]
  if ('localOrScope' in access) return { security: [...security, {}], 'x-scope': access.localOrScope }
  if (access.scope !== 'admin') return { security, 'x-scope': access.scope }
  return {
    security,
    'x-scope': method === 'GET' ? 'admin:read' : 'admin:write',
    'x-tenants': access.reach === 'tenant' ? 'each its own' : 'none',
  }
}
