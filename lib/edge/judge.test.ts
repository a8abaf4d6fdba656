import { describe, expect, test } from 'vitest'
import type { RoutingTable } from '#lib/routing/table.ts'
import { assembleTrace } from '#lib/telemetry/assembleTrace.ts'
import { examplePart } from '#lib/telemetry/example.ts'
import type { SpanPart } from '#lib/telemetry/spans.ts'
import { judge } from './judge.ts'

const registered = ['support-agent', 'billing-agent']
const table: RoutingTable = {
  v: 1,
  env: 'test',
  issuedAt: '2026-11-28T12:00:00.000Z',
  sum: '',
  epoch: 1,
  rev: 1,
  leaseMs: 0,
  agents: Object.fromEntries(registered.map((agent) => [agent, { stable: null }])),
}

function judged(
  parts: readonly SpanPart[],
  agents: '*' | readonly string[],
  known: RoutingTable | null = table,
) {
  const told: string[] = []
  const notes = {
    add: (kind: string, said: { agent?: string | null } = {}) => void told.push(`${kind} ${said.agent}`),
    write: async () => {},
  }
  const { kept, refused } = judge(parts, known, { scopes: [], agents }, notes)
  const received = kept.map((part) => ({ part, receivedAt: new Date(0) }))
  const isRegistered = (agent: string) => registered.includes(agent)
  const { runs } = assembleTrace(received, { now: new Date(), isRegistered })
  return {
    told,
    refused: refused.map(({ given, expected }) => `${given}: ${expected}`),
    runs: runs.map(({ run }) => run.agent),
    kept,
  }
}

const root = examplePart({ spanId: 'a' })
const inner = (agent: string | null, given: Partial<SpanPart> = {}) =>
  examplePart({ spanId: 'b', parentSpanId: 'a', parentRemote: false, agent, ...given })

describe('a token that may not speak for an agent', () => {
  test.each<[string, RoutingTable | null]>([
    ['known', table],
    ['not known, because there is no table', null],
  ])('makes no run of it, at the top or inside another, where agents are %s', (_, known) => {
    const top = judged([root], ['billing-agent'], known)
    expect(top).toMatchObject({ runs: [], told: ['agent_foreign support-agent'] })
    expect(top.refused).toEqual(['support-agent: an agent of this token: billing-agent'])
    const both = judged([root, inner('billing-agent')], ['support-agent'], known)
    expect(both).toMatchObject({ runs: ['support-agent'], told: ['agent_foreign billing-agent'] })
    expect(both.refused.length).toBe(1)
  })

  test('makes none of a chain of it either, and is told once, not for each step', () => {
    const chain = examplePart({ spanId: 'a', kind: 'chain' })
    const steps = [inner('support-agent', { kind: 'chain' }), inner(null, { spanId: 'c', kind: 'inference' })]
    expect(judged([chain, ...steps], ['support-agent']).runs).toEqual(['support-agent'])
    expect(judged([chain, ...steps], ['billing-agent'])).toMatchObject({
      runs: [],
      refused: ['support-agent: an agent of this token: billing-agent'],
    })
  })

  test('keeps the span as a link, so that what is above and beneath it still finds each other', () => {
    const beneath = examplePart({ spanId: 'c', parentSpanId: 'b', kind: 'tool', toolName: 't' })
    const { kept, runs } = judged([root, inner('billing-agent'), beneath], ['support-agent'])
    expect(kept.length).toBe(3)
    expect(runs).toEqual(['support-agent'])
  })
})

describe('an agent that nobody registered', () => {
  test('is refused at the top', () => {
    expect(judged([examplePart({ agent: 'stray' })], '*')).toMatchObject({
      runs: [],
      refused: ['stray: a registered agent; PUT /api/v1/agents/{agent} registers one'],
      told: ['agent_unknown stray'],
    })
    expect(judged([examplePart({ agent: null })], '*').refused).toEqual([
      'none: the name of a registered agent',
    ])
    expect(
      judged([examplePart({ agent: 'stray', parentSpanId: 'x', parentRemote: true })], '*').refused.length,
    ).toBe(1)
  })

  test('is not judged inside another, nor where its parent may come, nor where it runs registered ones', () => {
    const fine = { refused: [], told: [] }
    expect(judged([root, inner('stray')], '*')).toMatchObject(fine)
    expect(judged([root, inner('stray')], ['support-agent'])).toMatchObject(fine)
    expect(judged([inner('stray')], '*')).toMatchObject(fine)
    expect(judged([inner(null)], '*')).toMatchObject(fine)
    const orchestrator = examplePart({ spanId: 'a', agent: 'stray' })
    expect(judged([orchestrator, inner('support-agent')], '*')).toMatchObject({
      ...fine,
      runs: ['support-agent'],
    })
  })

  test('is kept while there is no table, for nobody knows', () => {
    expect(judged([examplePart({ agent: 'stray' })], '*', null)).toMatchObject({ refused: [], told: [] })
  })
})
