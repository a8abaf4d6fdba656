import { expect } from '@playwright/test'
import { type Fleet, startFleet } from '#lib/demo/fleet.ts'
import type { Installation } from '#lib/testing/launched.ts'
import { postRuns } from '#lib/testing/otlpRuns.ts'
import { installation } from './installation.ts'

/** What a pipeline does and sees: the doors for machines, the record, and Slack. */

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** One call of the API. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
  { panelUrl, token }: Installation = installation(),
): Promise<Answer> {
  const answer = await fetch(`${panelUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

/** An agent with the stable 2.3.3 and the version 2.4.0. */
export async function registerAgent(agent: string, at = installation()): Promise<void> {
  const json = 'application/json'
  await call('PUT', `/agents/${agent}`, { displayName: agent }, json, at)
  for (const version of ['2.3.3', '2.4.0']) {
    const manifest = { prompt: `You are ${version}` }
    const made = await call('POST', `/agents/${agent}/versions`, { version, manifest }, json, at)
    expect(made.status).toBe(201)
  }
  const adoption = { version: '2.3.3', reason: 'In production since May' }
  const adopted = await call('PUT', `/agents/${agent}/stable`, adoption, json, at)
  expect(adopted.status).toBe(200)
}

/** Without the minute in which new replicas are cold: a story does not wait for it. */
export const rolloutFile = (agent: string) => `rollback:
  stable_version: ${agent}@2.3.3
  candidate_version: ${agent}@2.4.0
  triggers:
    error_rate_p95: 0.05
    latency_p95_ms: 1800
    tool_failure_rate: 0.03
  lock_candidate_after_rollback: true
  stability_window: 10s
  recovery_runs_min: 20
stages:
  - { name: canary, weight_percent: 20, hold: 10m }
  - { name: full, weight_percent: 100 }
evidence: { warmup: 0s }
`

/** Registers the agent and starts the rollout of 2.4.0 at 20 %. */
export async function startRollout(agent: string, at = installation()): Promise<string> {
  await registerAgent(agent, at)
  const started = await call('POST', `/agents/${agent}/rollouts`, rolloutFile(agent), 'application/yaml', at)
  expect(started.status).toBe(201)
  return String(started.body['id'])
}

/** A few runs of both versions, all well: enough for lines in the charts. */
export async function postWell(agent: string, at = installation()): Promise<void> {
  const runs = Array.from({ length: 24 }, (_, index) => ({
    agent,
    version: index % 4 === 0 ? '2.4.0' : '2.3.3',
  }))
  await postRuns(at, runs)
}

/** Both versions as services, with conversations that ask the SDK. */
export async function talk(
  agent: string,
  { edgeUrl, token }: Installation = installation(),
  rate = 12,
): Promise<Fleet> {
  return await startFleet({ edgeUrl, token, agent, stable: '2.3.3', candidate: '2.4.0', rate })
}

export async function rolloutNow(rolloutId: string, at = installation()): Promise<Record<string, unknown>> {
  return (await call('GET', `/rollouts/${rolloutId}`, undefined, undefined, at)).body
}

export type Entry = Record<string, unknown>

/** The record of an agent, oldest first. */
export async function record(
  agent: string,
  { panelUrl, token }: Installation = installation(),
): Promise<Entry[]> {
  const answer = await fetch(`${panelUrl}/api/v1/audit?agent=${agent}&limit=5000`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await answer.text()
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Entry]))
}

export interface Message {
  readonly text: string
  readonly ts: string
  readonly thread_ts?: string
}

/** What stands in Slack about an agent: first messages, and replies in their threads. */
export async function slackAbout(
  agent: string,
  { slackUrl }: Installation = installation(),
): Promise<{ parents: Message[]; replies: Message[] }> {
  const answer = await fetch(`${slackUrl}/control/messages`)
  const all = (await answer.json()) as Message[]
  const parents = all.filter((message) => !message.thread_ts && message.text.includes(`${agent}@`))
  const replies = all.filter((message) => parents.some((parent) => parent.ts === message.thread_ts))
  return { parents, replies }
}
