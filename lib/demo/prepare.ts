/** Everything before the first conversation, through the doors that a pipeline uses. */

export interface Prepared {
  readonly stable: string
  readonly candidate: string
  readonly rolloutId: string
}

export interface PrepareOptions {
  readonly panelUrl: string
  readonly token: string
  readonly agent: string
  /** Stages of seconds instead of minutes, so that a whole passage can be watched. */
  readonly quick: boolean
}

interface VersionAnswer {
  readonly version: string
  readonly locked: boolean
}
interface AgentAnswer {
  readonly stable: string | null
  readonly versions: readonly VersionAnswer[]
  readonly rollout: string | null
}

/**
 * Registers the agent and its versions, adopts the first stable, and starts a rollout of the next version that is free.
 * An agent whose rollout is under way goes on with it.
 */
export async function prepareRollout({ panelUrl, token, agent, quick }: PrepareOptions): Promise<Prepared> {
  const call = caller(panelUrl, token)
  await call('PUT', `/agents/${agent}`, { displayName: 'Support' })
  let seen = (await call('GET', `/agents/${agent}`)) as AgentAnswer
  if (seen.rollout) return await readPrepared(call, seen.rollout)
  if (!seen.stable) {
    await call('POST', `/agents/${agent}/versions`, { version: '2.3.3', manifest: manifestOf('2.3.3') })
    await call('PUT', `/agents/${agent}/stable`, {
      version: '2.3.3',
      reason: 'Has served all of production since May',
    })
    seen = (await call('GET', `/agents/${agent}`)) as AgentAnswer
  }
  const stable = seen.stable ?? '2.3.3'
  const candidate = nextVersion(seen)
  await call('POST', `/agents/${agent}/versions`, { version: candidate, manifest: manifestOf(candidate) })
  const document = rolloutDocument(agent, stable, candidate, quick)
  const rollout = (await call('POST', `/agents/${agent}/rollouts`, document)) as { id: string }
  return { stable, candidate, rolloutId: rollout.id }
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>

function caller(panelUrl: string, token: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(`${panelUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const said: unknown = await answer.json()
    if (!answer.ok)
      throw new Error(`${method} ${path}: ${answer.status}, ${(said as { detail?: string }).detail ?? ''}`)
    return said
  }
}

async function readPrepared(call: Call, rolloutId: string): Promise<Prepared> {
  const rollout = (await call('GET', `/rollouts/${rolloutId}`)) as { stable: string; candidate: string }
  const name = (reference: string) => reference.split('@')[1] ?? reference
  return { stable: name(rollout.stable), candidate: name(rollout.candidate), rolloutId }
}

/** 2.4.0, or the patch after the newest that is registered: a version that was locked is not tried again. */
function nextVersion({ versions }: AgentAnswer): string {
  const patches = versions.flatMap(({ version }) => {
    const patch = /^2\.4\.(\d+)$/.exec(version)?.[1]
    return patch === undefined ? [] : [Number(patch)]
  })
  return `2.4.${patches.length === 0 ? 0 : Math.max(...patches) + 1}`
}

function manifestOf(version: string): object {
  const isNew = version !== '2.3.3'
  return {
    prompt: isNew
      ? `You help customers with their orders. Be brief. Refund up to 50 euros without asking. (${version})`
      : 'You help customers with their orders. Be brief and friendly. Ask a colleague before any refund.',
    model: { name: 'demo-large-1', temperature: isNew ? 0.4 : 0.2 },
    tools: isNew ? ['lookup_order', 'note_on_order', 'refund'] : ['lookup_order', 'note_on_order'],
    codeRevision: isNew ? '9f31c07e' : '5b1e22aa',
  }
}

function rolloutDocument(agent: string, stable: string, candidate: string, quick: boolean): object {
  const hold = quick ? '20s' : '10m'
  return {
    rollback: {
      stable_version: `${agent}@${stable}`,
      candidate_version: `${agent}@${candidate}`,
      triggers: { error_rate_p95: 0.05, latency_p95_ms: 1800, tool_failure_rate: 0.03 },
      lock_candidate_after_rollback: true,
      disable_writes_on_rollback: true,
      stability_window: '60s',
      recovery_runs_min: 60,
    },
    stages: [
      { name: 'canary', weight_percent: 10, hold },
      { name: 'quarter', weight_percent: 25, hold },
      { name: 'half', weight_percent: 50, hold },
      { name: 'full', weight_percent: 100, gate: 'approval' },
    ],
  }
}
