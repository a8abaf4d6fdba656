import { describe, expect, test } from 'vitest'
import { exampleSpan } from './example.ts'
import type { Attributes, OtlpSpan } from './otlpSpan.ts'
import { partOf } from './spans.ts'

const of = (attributes: Attributes, rest: Partial<OtlpSpan> = {}) =>
  partOf(exampleSpan({ attributes, name: 'a span', scopeName: '', ...rest }))

const python = 'openinference.instrumentation.langchain'
const javascript = '@arizeai/openinference-instrumentation-langchain'

describe.each([python, javascript])('what %s calls', (scopeName) => {
  const kindOf = (kind: string, name: string, metadata: object) =>
    of({ 'openinference.span.kind': kind, metadata: JSON.stringify(metadata) }, { name, scopeName }).kind

  test.each(['CHAIN', 'AGENT'])('%s is a run where it bears the name of its agent', (kind) => {
    expect(kindOf(kind, 'support', { lc_agent_name: 'support' })).toBe('run')
    expect(kindOf(kind, 'support', { lc_agent_name: 'support', langgraph_node: 'tools' })).toBe('run')
  })

  test.each(['CHAIN', 'AGENT'])('%s is nothing but a link where it is a step of a graph', (kind) => {
    expect(kindOf(kind, 'agent', { langgraph_node: 'agent', langgraph_step: 1 })).toBe('link')
    expect(kindOf(kind, 'model', { lc_agent_name: 'support', langgraph_node: 'model' })).toBe('link')
  })

  test.each(['CHAIN', 'AGENT'])('%s may be a run otherwise', (kind) => {
    expect(kindOf(kind, 'LangGraph', {})).toBe('chain')
    expect(kindOf(kind, 'LangGraph', { lc_agent_name: 'support' })).toBe('chain')
  })

  test('LLM or TOOL is that, whatever the metadata', () => {
    expect(kindOf('LLM', 'support', { lc_agent_name: 'support' })).toBe('inference')
    expect(kindOf('TOOL', 'support', { lc_agent_name: 'support' })).toBe('tool')
  })

  test('CHAIN is still one when its metadata cannot be read', () => {
    const attributes = { 'openinference.span.kind': 'CHAIN', metadata: '{"lc_agent_na' }
    expect(of(attributes, { scopeName })).toMatchObject({ kind: 'chain', version: null })
  })
})

describe('the agent of a LangChain run', () => {
  const agentOf = (attributes: Attributes) =>
    of(
      { 'openinference.span.kind': 'CHAIN', ...attributes },
      { name: 'LangGraph', scopeName: javascript, resource: { 'service.name': 'shop' } },
    ).agent

  test('is what its metadata name, else agent.name, else the service', () => {
    expect(agentOf({ metadata: '{"lc_agent_name":"support"}', 'agent.name': 'other' })).toBe('support')
    expect(agentOf({ 'agent.name': 'other' })).toBe('other')
    expect(agentOf({})).toBe('shop')
  })
})

describe('what the OpenAI Agents SDK sends', () => {
  const scopeName = 'openinference.instrumentation.openai_agents'
  const chain = { 'openinference.span.kind': 'CHAIN' }
  const agent = { 'openinference.span.kind': 'AGENT' }

  test('a turn is nothing but a link, a trace says nothing of how it went, an agent does', () => {
    expect(of(chain, { scopeName }).kind).toBe('link')
    expect(of(agent, { scopeName })).toMatchObject({ kind: 'run', outcomeWithin: true })
    const named = { ...agent, 'graph.node.id': 'triage' }
    expect(of(named, { scopeName })).toMatchObject({ kind: 'run', agent: 'triage', outcomeWithin: false })
  })

  test('the trace of what failed may never come, so nobody knows whether it will', () => {
    const parent = { parentSpanId: '00000000000000aa', parentRemote: false, scopeName }
    expect(of(chain, { ...parent, statusCode: 'error' }).parentRemote).toBe(null)
    expect(of(chain, parent).parentRemote).toBe(false)
  })
})

describe('what VoltAgent sends', () => {
  const shared = { 'entity.type': 'agent', 'entity.name': 'support', 'operation.id': '1' }

  test.each([
    ['run', {}],
    ['tool', { 'span.type': 'tool' }],
    ['link', { 'span.type': 'llm' }],
    ['link', { 'span.type': 'memory' }],
    ['link', { 'entity.type': 'workflow' }],
  ])('is %s for %o', (kind, attributes) => {
    expect(of({ ...shared, ...attributes }).kind).toBe(kind)
  })

  test('names the agent within by another attribute than the one around it', () => {
    expect(of({ ...shared, 'subagent.name': 'researcher' }).agent).toBe('researcher')
    expect(of(shared).agent).toBe('support')
  })

  test('is not meant by an entity of somebody else', () => {
    expect(of({ 'entity.type': 'agent', 'entity.name': 'support' }).kind).toBe('link')
  })
})

describe('what Genkit sends', () => {
  const action = (subtype: string) => ({ 'genkit:type': 'action', 'genkit:metadata:subtype': subtype })

  test.each<[string, Attributes]>([
    ['run', action('flow')],
    ['inference', action('model')],
    ['tool', action('tool')],
    ['link', action('prompt')],
    ['link', { 'genkit:type': 'util' }],
    ['chain', { 'genkit:type': 'util', 'genkit:isRoot': true }],
  ])('is %s for %o', (kind, attributes) => {
    expect(of(attributes).kind).toBe(kind)
  })
})

describe('what the ADK of Google sends', () => {
  const scopeName = 'gcp.vertex.agent'
  const adk = (name: string, attributes: Attributes = {}) => of(attributes, { name, scopeName })

  test('a call that did not answer failed', () => {
    expect(adk('execute_tool boom')).toMatchObject({ kind: 'tool', toolName: 'boom', failed: true })
    expect(adk('call_llm')).toMatchObject({ kind: 'inference', failed: true })
    expect(adk('call_llm', { 'gen_ai.request.model': 'm' })).toMatchObject({
      kind: 'inference',
      failed: false,
    })
  })

  test('calls at the same time are not told twice', () => {
    expect(adk('execute_tool (merged)', { 'gen_ai.operation.name': 'execute_tool' }).kind).toBe('link')
  })
})

describe('an answer that was cut off', () => {
  const run = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm' }
  const aiSdk = { name: 'invoke_agent m', scopeName: 'gen_ai' }

  test('is known by what AI SDK 7 tells of every answer', () => {
    expect(of(run, aiSdk).errorType).toBe('AbortError')
    expect(of({ ...run, 'gen_ai.response.finish_reasons': ['stop'] }, aiSdk).errorType).toBe(null)
  })

  test('is not guessed of what others send, nor of what failed', () => {
    expect(of(run, { ...aiSdk, scopeName: 'my-agent' }).errorType).toBe(null)
    expect(of(run, { ...aiSdk, name: 'invoke_agent support' }).errorType).toBe(null)
    expect(of(run, { ...aiSdk, statusCode: 'error' })).toMatchObject({ failed: true, errorType: null })
  })
})
