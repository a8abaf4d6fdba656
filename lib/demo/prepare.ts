import { subAgentOf } from '#lib/domain/demo.ts'
import { type Panel, PanelRefusal } from './panel.ts'
import {
  manifestOf,
  rolloutDocument,
  type RolloutOptions,
  shortDocument,
  subAgentManifest,
  subAgentStable,
} from './release.ts'

/** Everything before the first conversation, through the doors that a pipeline uses. */

export interface PreparedAgent {
  readonly stable: string
  readonly candidate: string
  /** The rollout that is under way; its candidate is the candidate. */
  readonly rolloutId: string | null
}

interface VersionAnswer {
  readonly version: string
  readonly locked: boolean
  readonly attested: boolean
}
export interface AgentAnswer {
  readonly stable: string | null
  readonly versions: readonly VersionAnswer[]
  readonly rollout: string | null
}

const firstStable = '2.3.3'

/**
 * Registers the agent with a stable and a candidate, and the agent that it calls. An agent that has a stable keeps it, and
 * one whose rollout is under way goes on with it. Scopes: deploy, read.
 */
export async function prepareAgent(panel: Panel, agent: string): Promise<PreparedAgent> {
  await panel.call('PUT', `/agents/${agent}`, { json: { displayName: 'Support' } })
  await prepareSubAgent(panel, subAgentOf(agent))
  const seen = await readAgent(panel, agent)
  if (seen.rollout) return await readVersions(panel, seen.rollout)
  const stable = seen.stable ?? (await adoptFirst(panel, agent, seen))
  const candidate = candidateFor(seen)
  await register(panel, agent, candidate, manifestOf(candidate), seen)
  return { stable, candidate, rolloutId: null }
}

/**
 * Starts a rollout from its YAML document; resolves with its id. Where the policy in force is stricter, which a token
 * cannot loosen, it is started by that one. Scope: deploy.
 */
export async function startDemoRollout(panel: Panel, options: RolloutOptions): Promise<string> {
  const path = `/agents/${options.agent}/rollouts`
  const startBy = async (yaml: string) => (await panel.call('POST', path, { yaml })) as { id: string }
  const started = await startBy(rolloutDocument(options)).catch(async (error: unknown) => {
    if (!(error instanceof PanelRefusal) || error.kind !== 'approval_needed') throw error
    return await startBy(shortDocument(options))
  })
  return started.id
}

/**
 * 2.4.0, or the newest 2.4.x, unless it is locked or was released: then the patch after it, since a version that was
 * locked is not tried again.
 */
export function candidateFor({ versions }: Pick<AgentAnswer, 'versions'>): string {
  const tried = versions
    .flatMap((each) => {
      const patch = /^2\.4\.(\d+)$/.exec(each.version)?.[1]
      return patch === undefined ? [] : [{ ...each, patch: Number(patch) }]
    })
    .sort((a, b) => a.patch - b.patch)
    .at(-1)
  if (!tried) return '2.4.0'
  return tried.locked || tried.attested ? `2.4.${tried.patch + 1}` : tried.version
}

export async function readAgent(panel: Panel, agent: string): Promise<AgentAnswer> {
  return (await panel.call('GET', `/agents/${agent}`)) as AgentAnswer
}

async function adoptFirst(panel: Panel, agent: string, seen: AgentAnswer): Promise<string> {
  await register(panel, agent, firstStable, manifestOf(firstStable), seen)
  await adopt(panel, agent, firstStable)
  return firstStable
}

/** A token that is for the agent alone may not register it: then it is a part of the agent's runs, as the model is. */
async function prepareSubAgent(panel: Panel, subAgent: string): Promise<void> {
  try {
    await panel.call('PUT', `/agents/${subAgent}`, { json: { displayName: 'Orders' } })
  } catch (error) {
    if (error instanceof PanelRefusal && error.kind === 'forbidden') return
    throw error
  }
  const seen = await readAgent(panel, subAgent)
  await register(panel, subAgent, subAgentStable, subAgentManifest(), seen)
  if (seen.stable === null) await adopt(panel, subAgent, subAgentStable)
}

async function adopt(panel: Panel, agent: string, version: string): Promise<void> {
  const adoption = { version, reason: 'Has served all of production since May' }
  await panel.call('PUT', `/agents/${agent}/stable`, { json: adoption })
}

async function register(
  panel: Panel,
  agent: string,
  version: string,
  manifest: object,
  seen: AgentAnswer,
): Promise<void> {
  if (seen.versions.some((known) => known.version === version)) return
  await panel.call('POST', `/agents/${agent}/versions`, { json: { version, manifest } })
}

async function readVersions(panel: Panel, rolloutId: string): Promise<PreparedAgent> {
  const rollout = (await panel.call('GET', `/rollouts/${rolloutId}`)) as { stable: string; candidate: string }
  const name = (reference: string) => reference.split('@')[1] ?? reference
  return { stable: name(rollout.stable), candidate: name(rollout.candidate), rolloutId }
}
