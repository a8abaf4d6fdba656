import { describe, expect, test } from 'vitest'
import { exampleSpan } from './example.ts'
import type { Attributes } from './otlpSpan.ts'
import { attributionOf, rolloutOf } from './version.ts'

const of = (attributes: Attributes, resource: Attributes = {}, name = 'invoke_agent') =>
  attributionOf(exampleSpan({ attributes, resource, name }))

/** Every source of a version, best first; each test takes the better ones away. */
const sources = [
  ['span', 'attributes', 'gen_ai.agent.version'],
  ['resource', 'resource', 'gen_ai.agent.version'],
  ['assignment', 'attributes', 'switchback.version'],
  ['assignment', 'resource', 'switchback.version'],
  ['framework', 'attributes', 'traceloop.entity.version'],
  ['framework', 'attributes', 'mastra.metadata.agentVersion'],
  ['framework', 'attributes', 'traceloop.association.properties.agent_version'],
  ['framework', 'attributes', 'langsmith.metadata.agent_version'],
  ['framework', 'attributes', 'ai.telemetry.metadata.agent_version'],
  ['deployment', 'attributes', 'deployment.id'],
  ['deployment', 'resource', 'deployment.id'],
  ['deployment', 'resource', 'deployment.name'],
  ['service', 'resource', 'service.version'],
] as const

describe('the version ladder', () => {
  test.each(sources.map((source, index) => [source[2], source[0], index] as const))(
    '%s is the rung %s, whatever the rungs below it say',
    (_, rung, index) => {
      const given: Record<'attributes' | 'resource', Record<string, string>> = {
        attributes: {},
        resource: {},
      }
      sources.slice(index).forEach(([, where, key], i) => {
        given[where][key] = `1.0.${index + i}`
      })
      expect(of(given.attributes, given.resource)).toMatchObject({ version: `1.0.${index}`, rung })
    },
  )

  test('the metadata of OpenInference is read as JSON, under a key that can be chosen', () => {
    const attributes = { metadata: JSON.stringify({ agent_version: '2.4.0', release: '7' }) }
    expect(of(attributes)).toMatchObject({ version: '2.4.0', rung: 'framework' })
    expect(attributionOf(exampleSpan({ attributes }), 'release')).toMatchObject({ version: '7' })
    expect(of({ metadata: '{not json' })).toMatchObject({ version: null, rung: 'unattributed' })
  })

  test('a span that says nothing is unattributed', () => {
    expect(of({})).toEqual({ agent: null, agentSource: null, version: null, rung: 'unattributed' })
  })

  test('an empty value says nothing', () => {
    expect(of({ 'gen_ai.agent.version': ' ' }, { 'service.version': '2.4.0' })).toMatchObject({
      rung: 'service',
    })
  })

  test('what cannot be the name of a version leaves the span unattributed, not on a lower rung', () => {
    const given = of({ 'gen_ai.agent.version': 'the new one!' }, { 'service.version': '2.3.3' })
    expect(given).toMatchObject({ version: null, rung: 'unattributed' })
  })

  test('a number is a version', () => {
    expect(of({ 'traceloop.entity.version': 3 })).toMatchObject({ version: '3', rung: 'framework' })
  })

  test('a version with its agent names both', () => {
    const given = of({ 'switchback.version': 'support-agent@2.4.0', 'gen_ai.agent.name': 'Helper' })
    expect(given).toEqual({
      agent: 'support-agent',
      agentSource: 'version',
      version: '2.4.0',
      rung: 'assignment',
    })
  })

  test.each(['1.4.0', '0.24.1-beta.2', 'unknown'])(
    'the %s that Mastra puts into service.version is not the version of an agent',
    (version) => {
      const resource = { 'service.version': version, 'telemetry.sdk.name': '@mastra/otel-exporter' }
      expect(of({}, resource)).toMatchObject({ version: null, rung: 'unattributed' })
    },
  )

  test('a service.version under Mastra that is not of its kind is taken', () => {
    const resource = { 'service.version': '2026-11-23.4', 'telemetry.sdk.name': '@mastra/otel-exporter' }
    expect(of({}, resource)).toMatchObject({ version: '2026-11-23.4', rung: 'service' })
  })

  test('under Mastra the better rungs hold', () => {
    const resource = {
      'service.version': '1.4.0',
      'telemetry.sdk.name': '@mastra/otel-exporter',
      'gen_ai.agent.version': '2.4.0',
    }
    expect(of({}, resource)).toMatchObject({ version: '2.4.0', rung: 'resource' })
  })

  test('the version of the Claude Code command line is not the version of an agent', () => {
    const resource = { 'service.name': 'claude-code', 'service.version': '2.1.266' }
    expect(of({}, resource, 'claude_code.interaction')).toMatchObject({ version: null, rung: 'unattributed' })
  })
})

describe('the name of the agent', () => {
  const names = [
    ['assignment', 'attributes', 'switchback.agent'],
    ['gen_ai', 'attributes', 'gen_ai.agent.name'],
    ['ai_sdk', 'attributes', 'ai.telemetry.functionId'],
    ['traceloop', 'attributes', 'traceloop.entity.name'],
    ['openinference', 'attributes', 'agent.name'],
    ['main_agent', 'resource', 'gen_ai.main_agent.name'],
    ['service', 'resource', 'service.name'],
  ] as const

  test.each(names.map((name, index) => [name[2], name[0], index] as const))(
    '%s is the source %s, whatever the sources below it say',
    (_, agentSource, index) => {
      const given: Record<'attributes' | 'resource', Record<string, string>> = {
        attributes: {},
        resource: {},
      }
      names.slice(index).forEach(([, where, key], i) => {
        given[where][key] = `agent-${index + i}`
      })
      expect(of(given.attributes, given.resource)).toMatchObject({ agent: `agent-${index}`, agentSource })
    },
  )

  test('a name that can be an agent’s comes before one that cannot', () => {
    const given = of({ 'gen_ai.agent.name': 'Support Agent' }, { 'service.name': 'support-agent' })
    expect(given).toMatchObject({ agent: 'support-agent', agentSource: 'service' })
  })

  test('where no name can be an agent’s, the best source is shown as it is', () => {
    expect(of({ 'gen_ai.agent.name': 'Support Agent' })).toMatchObject({ agent: 'Support Agent' })
  })

  test('the default of an SDK that was given no name is no name', () => {
    expect(of({}, { 'service.name': 'unknown_service:node' })).toMatchObject({ agent: null })
  })
})

test('the rollout of the assignment is read from the span, else from the resource', () => {
  const resource = { 'switchback.rollout': 'of-resource' }
  expect(rolloutOf(exampleSpan({ attributes: { 'switchback.rollout': 'of-span' }, resource }))).toBe(
    'of-span',
  )
  expect(rolloutOf(exampleSpan({ attributes: {}, resource }))).toBe('of-resource')
})
