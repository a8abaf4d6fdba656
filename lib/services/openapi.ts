import { z } from 'zod'
import type { ResponseDescription, RouteDescription } from './api/describe.ts'
import { answerSchemas, pathParameters, requestSchemas } from './api/schemas.ts'

/** Plain JSON. */
export type JsonObject = { readonly [key: string]: unknown }

type Registry = typeof requestSchemas

/**
 * The OpenAPI 3.1 document of these routes, made from the schemas that check them. Named schemas stand once, under
 * `components`; the security of a call names the scope its token must have.
 */
export function openApiDocument(routes: readonly RouteDescription[], publicUrl: string): JsonObject {
  const byPath = Map.groupBy(routes, (route) => route.path)
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Switchback',
      version: '1',
      description: 'Guards the release of AI agents. Errors are RFC 9457 problems; times are RFC 3339 UTC.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl.replace(/\/+$/, '') }],
    paths: Object.fromEntries([...byPath].map(([path, same]) => [path, pathItem(path, same)])),
    components: {
      schemas: { ...componentsOf(requestSchemas, 'input'), ...componentsOf(answerSchemas, 'output') },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API token; the scopes it needs stand at each call.',
        },
      },
    },
  }
}

function pathItem(path: string, routes: readonly RouteDescription[]): JsonObject {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name))
  const operations = Object.fromEntries(routes.map((route) => [route.method, operation(route)]))
  return parameters.length > 0 ? { parameters, ...operations } : operations
}

function pathParameter(name: string): JsonObject {
  const schema = pathParameters[name]
  if (!schema) throw new RangeError(`no schema for the path parameter ${name}`)
  return { name, in: 'path', required: true, schema: schemaOf(schema, requestSchemas, 'input') }
}

function operation(route: RouteDescription): JsonObject {
  const parameters = [
    ...(route.query ? queryParameters(route.query) : []),
    ...(route.idempotencyKey ? [idempotencyKey] : []),
  ]
  return {
    operationId: route.name,
    summary: route.summary,
    security: route.scope === null ? [] : [{ token: [route.scope] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.request ? { requestBody: requestBody(route.request) } : {}),
    responses: Object.fromEntries(route.responses.map((each) => [String(each.status), response(each)])),
  }
}

const idempotencyKey: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key from the same token gets the same answer and changes nothing.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
}

function queryParameters(query: z.ZodObject): JsonObject[] {
  const shape: Readonly<Record<string, z.ZodType>> = query.shape
  return Object.entries(shape).map(([name, schema]) => {
    const { description, ...rest } = schemaOf(schema, requestSchemas, 'output')
    const required = !schema.safeParse(undefined).success
    return {
      name,
      in: 'query',
      required,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function requestBody({ body, contentTypes, required }: NonNullable<RouteDescription['request']>): JsonObject {
  const schema = schemaOf(body, requestSchemas, 'input')
  const types = contentTypes ?? ['application/json']
  return { required: required ?? true, content: Object.fromEntries(types.map((type) => [type, { schema }])) }
}

function response({ description, schema, contentType }: ResponseDescription): JsonObject {
  if (!schema) return { description }
  const content = {
    [contentType ?? 'application/json']: { schema: schemaOf(schema, answerSchemas, 'output') },
  }
  return { description, content }
}

function schemaOf(schema: z.ZodType, named: Registry, io: 'input' | 'output'): JsonObject {
  const id = named.get(schema)?.id
  if (id !== undefined) return { $ref: reference(id) }
  return withoutDialect(z.toJSONSchema(schema, { target: 'draft-2020-12', io }))
}

function componentsOf(named: Registry, io: 'input' | 'output'): Record<string, JsonObject> {
  const { schemas } = z.toJSONSchema(named, { target: 'draft-2020-12', io, uri: reference })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutDialect(schema)]))
}

/** The dialect is named once for the document, and a component is named by its place. */
function withoutDialect(schema: object): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'))
}

function reference(id: string): string {
  return `#/components/schemas/${id}`
}
