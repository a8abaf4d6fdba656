import { describe, expect, test } from 'vitest'
import { subAgentOf } from '#lib/domain/demo.ts'
import { isManifest } from '#lib/domain/manifest.ts'
import { agentNamePattern } from '#lib/domain/name.ts'
import { loosenings } from '#lib/domain/policyLoosening.ts'
import { readRolloutDocument } from '#lib/services/policy/document.ts'
import { digestOf } from '#lib/services/version/digest.ts'
import { scoreName } from './judge.ts'
import { type Panel, type PanelBody, PanelRefusal } from './panel.ts'
import { type AgentAnswer, candidateFor, prepareAgent, startDemoRollout } from './prepare.ts'
import { manifestOf, rolloutDocument, shortDocument, subAgentManifest } from './release.ts'

const agent = 'support-agent'
const subAgent = 'support-agent-orders'

/** A panel that knows the agent, and lets the one that it calls be registered. */
function aPanel(before: Partial<AgentAnswer> = {}) {
  let known: AgentAnswer = { stable: null, versions: [], rollout: null, ...before }
  let ofSubAgent: AgentAnswer = { stable: null, versions: [], rollout: null }
  const calls: string[] = []
  const documents: string[] = []
  const panel: Panel = {
    async call(method, path, body) {
      if (path.startsWith(`/agents/${subAgent}`)) {
        const version = versionIn(body)
        const { versions } = ofSubAgent
        if (path.endsWith('/versions'))
          ofSubAgent = { ...ofSubAgent, versions: [...versions, aVersion(version)] }
        if (path.endsWith('/stable')) ofSubAgent = { ...ofSubAgent, stable: version }
        return ofSubAgent
      }
      calls.push(`${method} ${path.replace(`/agents/${agent}`, '')}`.trim())
      if (path.startsWith('/rollouts/')) return { stable: `${agent}@2.3.3`, candidate: `${agent}@2.4.7` }
      if (path.endsWith('/versions')) {
        const version = versionIn(body)
        known = { ...known, versions: [...known.versions, { version, locked: false, attested: false }] }
      }
      if (path.endsWith('/stable')) known = { ...known, stable: versionIn(body) }
      if (path.endsWith('/rollouts') && body && 'yaml' in body) {
        documents.push(body.yaml)
        return { id: 'ro_1' }
      }
      return known
    },
  }
  return { panel, calls, documents, known: () => known, ofSubAgent: () => ofSubAgent }
}

function versionIn(body: PanelBody | undefined): string {
  const json = body && 'json' in body ? body.json : null
  return typeof json === 'object' && json !== null && 'version' in json ? String(json.version) : ''
}

const aVersion = (version: string, over: { locked?: boolean; attested?: boolean } = {}) => ({
  version,
  locked: false,
  attested: false,
  ...over,
})

describe('preparing the agent', () => {
  test('the agent that it calls is registered once, with a stable version of its own', async () => {
    const { panel, ofSubAgent } = aPanel()
    await prepareAgent(panel, agent)
    await prepareAgent(panel, agent)
    expect(ofSubAgent()).toMatchObject({ stable: '1.0.0', versions: [{ version: '1.0.0' }] })
    expect(ofSubAgent().versions).toHaveLength(1)
  })

  test.each([
    ['forbidden', true],
    ['unavailable', false],
  ])('a sub-agent that is answered %s leaves the agent prepared: %s', async (kind, goesOn) => {
    const { panel } = aPanel()
    const call: Panel['call'] = async (method, path, body) => {
      if (path.startsWith(`/agents/${subAgent}`)) throw new PanelRefusal('no', kind)
      return await panel.call(method, path, body)
    }
    const prepared = prepareAgent({ call }, agent).then(
      () => true,
      () => false,
    )
    expect(await prepared).toBe(goesOn)
  })

  test('a fresh panel gets the agent, a stable 2.3.3 and a candidate 2.4.0', async () => {
    const { panel, known } = aPanel()
    expect(await prepareAgent(panel, agent)).toEqual({ stable: '2.3.3', candidate: '2.4.0', rolloutId: null })
    expect(known().stable).toBe('2.3.3')
    expect(known().versions.map(({ version }) => version)).toEqual(['2.3.3', '2.4.0'])
  })

  test('twice is the same as once', async () => {
    const { panel, known } = aPanel()
    const first = await prepareAgent(panel, agent)
    expect(await prepareAgent(panel, agent)).toEqual(first)
    expect(known().versions).toHaveLength(2)
  })

  test('a stable that is there stays', async () => {
    const { panel, calls } = aPanel({ stable: '2.4.1', versions: [aVersion('2.4.1', { attested: true })] })
    expect(await prepareAgent(panel, agent)).toMatchObject({ stable: '2.4.1', candidate: '2.4.2' })
    expect(calls).not.toContain('PUT /stable')
  })

  test('a rollout that is under way goes on with its versions; nothing is registered', async () => {
    const { panel, calls } = aPanel({ stable: '2.3.3', rollout: 'ro_9' })
    expect(await prepareAgent(panel, agent)).toEqual({
      stable: '2.3.3',
      candidate: '2.4.7',
      rolloutId: 'ro_9',
    })
    expect(calls).toEqual(['PUT', 'GET', 'GET /rollouts/ro_9'])
  })
})

test.each([
  ['nothing is registered', [], '2.4.0'],
  ['2.4.0 waits', [aVersion('2.3.3'), aVersion('2.4.0')], '2.4.0'],
  ['2.4.0 is locked', [aVersion('2.4.0', { locked: true })], '2.4.1'],
  ['2.4.0 was released', [aVersion('2.4.0', { attested: true })], '2.4.1'],
  ['the tenth patch is locked', [aVersion('2.4.10', { locked: true }), aVersion('2.4.9')], '2.4.11'],
  ['only another line is there', [aVersion('3.0.0'), aVersion('2.4.x')], '2.4.0'],
])('the candidate when %s', (_, versions, candidate) => {
  expect(candidateFor({ versions })).toBe(candidate)
})

describe('the rollout', () => {
  const versions = { agent, stable: '2.3.3', candidate: '2.4.1' }

  test.each([false, true])('has a document that is accepted, quick: %s', (quick) => {
    const read = readRolloutDocument({ yaml: rolloutDocument({ ...versions, quick }) })
    expect(read.ok ? [] : read.errors).toEqual([])
    expect(read.ok && read.value).toMatchObject({
      stable: { agent, version: '2.3.3' },
      candidate: { agent, version: '2.4.1' },
      policy: {
        stages: [{ weightPercent: 5 }, { weightPercent: 25 }, { weightPercent: 50 }, { weightPercent: 100 }],
        lockCandidateAfterRollback: true,
        disableWritesOnRollback: true,
        scores: [{ name: scoreName, min: 0.7, action: 'rollback' }],
        // Only where stages last seconds is a minute of warm-up too long to wait for.
        warmupSeconds: quick ? 5 : 60,
      },
    })
  })

  test('is started by the policy in force where that is stricter, and by nothing else after another no', async () => {
    const refusing = (kind: string) => {
      const { panel, documents } = aPanel()
      const call: Panel['call'] = async (...given) => {
        const answer = await panel.call(...given)
        if (documents.length === 1) throw new PanelRefusal('409', kind)
        return answer
      }
      return { panel: { call }, documents }
    }
    const stricter = refusing('approval_needed')
    expect(await startDemoRollout(stricter.panel, { ...versions, quick: true })).toBe('ro_1')
    expect(stricter.documents[1]).toBe(shortDocument(versions))
    const base = readRolloutDocument({ yaml: rolloutDocument(versions) })
    const read = readRolloutDocument(
      { yaml: shortDocument(versions) },
      base.ok ? base.value.policy : undefined,
    )
    expect(read.ok && read.value.policy).toEqual(base.ok && base.value.policy)

    const busy = refusing('not_now')
    await expect(startDemoRollout(busy.panel, versions)).rejects.toThrow('409')
    expect(busy.documents).toHaveLength(1)
  })

  test('is started with it as YAML', async () => {
    const { panel, documents } = aPanel()
    expect(await startDemoRollout(panel, versions)).toBe('ro_1')
    expect(documents).toEqual([rolloutDocument(versions)])
  })
})

test('a document of the demo loosens nothing of one before there were scores', () => {
  const versions = { agent, stable: '2.3.3', candidate: '2.4.1', quick: true }
  const old = rolloutDocument(versions)
    .replace(/scores:\n.*\n/, '')
    .replace(/ *warmup.*\n/, '')
  const base = readRolloutDocument({ yaml: old })
  if (!base.ok) throw new Error('The older document was refused')
  expect(base.value.policy).toMatchObject({ scores: [], warmupSeconds: 60 })
  const read = readRolloutDocument({ yaml: rolloutDocument(versions) }, base.value.policy)
  expect(read.ok && loosenings(base.value.policy, read.value.policy)).toEqual([])
})

test('every version is another content, so that a lock on one does not hold the next', () => {
  const manifests = ['2.3.3', '2.4.0', '2.4.1', '2.4.2'].map(manifestOf)
  expect(manifests.every(isManifest)).toBe(true)
  expect(new Set(manifests.filter(isManifest).map(digestOf)).size).toBe(4)
})

test('the sub-agent of an agent with the longest of names has a name too, and a manifest', () => {
  const longest = 'a'.repeat(63)
  expect(longest).toMatch(agentNamePattern)
  expect(subAgentOf(longest)).toMatch(agentNamePattern)
  expect(subAgentOf(longest)).not.toBe(longest)
  expect(subAgentOf(agent)).toBe(subAgent)
  expect(isManifest(subAgentManifest())).toBe(true)
})
