import { describe, expect, test } from 'vitest'
import { scopes } from '#lib/domain/actor.ts'
import { routes } from './api/routes.ts'
import { type JsonObject, openApiDocument } from './openapi.ts'

// As a reader gets it: through JSON.
const document = JSON.parse(
  JSON.stringify(openApiDocument(routes, 'https://switchback.example/')),
) as JsonObject

interface Operation {
  operationId: string
  summary: string
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required: boolean; schema: JsonObject }[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonObject }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonObject }> }>
}
interface PathItem {
  parameters?: { name: string; in: string; required: boolean }[]
  get?: Operation
  put?: Operation
  post?: Operation
}
const methods = ['get', 'put', 'post'] as const

const paths = document.paths as Record<string, PathItem>
const components = document.components as {
  schemas: Record<string, JsonObject>
  securitySchemes: Record<string, JsonObject>
}

function operations(): { path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ path, operation }] : []
    }),
  )
}

function requireOperation(method: (typeof methods)[number], path: string): Operation {
  const found = paths[path]?.[method]
  if (!found) throw new Error(`${method} ${path} is not described`)
  return found
}

function everything(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(everything)
  if (typeof value !== 'object' || value === null) return []
  return [value as JsonObject, ...Object.values(value).flatMap(everything)]
}

function resolve(pointer: string): unknown {
  const steps = pointer.replace(/^#\//, '').split('/')
  return steps.reduce<unknown>((at, step) => (at as JsonObject | undefined)?.[step], document)
}

describe('the structure is that of OpenAPI 3.1', () => {
  test('names its version, title and server', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Switchback', version: '1' },
      servers: [{ url: 'https://switchback.example' }],
    })
  })

  test('every reference leads somewhere', () => {
    const references = everything(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []))
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references) expect(resolve(reference), reference).toBeTypeOf('object')
  })

  test('every named schema is used, and none carries an address of its own', () => {
    const text = JSON.stringify(document)
    for (const name of Object.keys(components.schemas)) {
      expect(name).toMatch(/^[A-Za-z0-9._-]+$/)
      expect(text).toContain(`"#/components/schemas/${name}"`)
    }
    expect(text).not.toContain('"$id"')
    expect(text).not.toContain('"$schema"')
  })

  test('every parameter in a path is declared, required, and no other', () => {
    for (const [path, item] of Object.entries(paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      expect(item.parameters?.map((parameter) => parameter.name) ?? []).toEqual(named)
      for (const parameter of item.parameters ?? [])
        expect(parameter).toMatchObject({ in: 'path', required: true })
    }
  })

  test('every operation has a name of its own, a summary, and answers with words', () => {
    const names = operations().map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const { operation } of operations()) {
      expect(operation.summary).not.toBe('')
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect(response.description).not.toBe('')
      }
    }
  })

  test('every scope that is asked for exists, under a declared scheme', () => {
    for (const { operation } of operations()) {
      for (const requirement of operation.security) {
        for (const [scheme, asked] of Object.entries(requirement)) {
          expect(components.securitySchemes).toHaveProperty(scheme)
          for (const scope of asked) expect(Object.keys(scopes)).toContain(scope)
        }
      }
    }
  })

  test('every refusal is a problem', () => {
    for (const { path, operation } of operations()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || path === '/api/health') continue
        expect(response.content).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        })
      }
    }
  })
})

describe('the calls of the contract', () => {
  test.each([
    ['get', '/api/health', null, ['200', '503']],
    ['put', '/api/v1/agents/{agent}', 'deploy', ['200', '201']],
    ['post', '/api/v1/agents/{agent}/versions', 'deploy', ['201', '200', '409']],
    ['put', '/api/v1/agents/{agent}/stable', 'deploy', ['200', '409']],
    ['post', '/api/v1/agents/{agent}/rollouts', 'deploy', ['201', '200', '400', '409']],
    ['get', '/api/v1/rollouts/{id}', 'read', ['200', '404']],
    ['post', '/api/v1/rollouts/{id}/rollback', 'operate', ['200', '409']],
    ['post', '/api/v1/rollouts/{id}/pause', 'operate', ['200', '409']],
    ['post', '/api/v1/rollouts/{id}/resume', 'operate', ['200', '409']],
    ['post', '/api/v1/rollouts/{id}/promote', 'operate', ['200', '409']],
    ['get', '/api/v1/agents/{agent}', 'read', ['200', '404']],
    ['get', '/api/v1/audit', 'read', ['200', '400']],
    ['get', '/api/v1/openapi.json', null, ['200']],
  ] as const)('%s %s asks for %s and answers %j', (method, path, scope, statuses) => {
    const operation = requireOperation(method, path)
    expect(operation.security).toEqual(scope === null ? [] : [{ token: [scope] }])
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining([...statuses]))
  })

  test('a rollout is started with YAML or JSON of one shape', () => {
    const { requestBody } = requireOperation('post', '/api/v1/agents/{agent}/rollouts')
    const schema = { $ref: '#/components/schemas/RolloutDocument' }
    expect(requestBody).toEqual({
      required: true,
      content: { 'application/yaml': { schema }, 'application/json': { schema } },
    })
  })

  test.each(['rollback', 'pause', 'resume', 'promote'])(
    '%s takes an Idempotency-Key and needs no body',
    (verb) => {
      const { parameters, requestBody } = requireOperation('post', `/api/v1/rollouts/{id}/${verb}`)
      expect(parameters).toEqual([
        expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
      ])
      expect(requestBody?.required).toBe(false)
    },
  )

  test('the record is asked by agent, place and length, and comes as lines', () => {
    const { parameters, responses } = requireOperation('get', '/api/v1/audit')
    expect(parameters?.map(({ name, required }) => [name, required])).toEqual([
      ['agent', false],
      ['after', false],
      ['limit', false],
    ])
    expect(Object.keys(responses['200']?.content ?? {})).toEqual(['application/x-ndjson'])
  })

  test.each([
    [
      'Rollout',
      'id agent stable candidate phase stage weightPercent decision candidateLocked switchStatus recovery incident version',
    ],
    [
      'AuditEntry',
      'seq timestamp actor action agent rollout incident run_id outcome reason from_version to_version stage switch_status policy_version prev_hash hash',
    ],
    ['VersionAnswer', 'agent version digest locked'],
    ['Decision', 'outcome reason because at'],
    ['Health', 'status database guard edge'],
    ['FieldError', 'path given expected'],
  ])('%s always has the keys of the contract', (name, keys) => {
    expect(components.schemas[name]?.required).toEqual(expect.arrayContaining(keys.split(' ')))
  })
})
