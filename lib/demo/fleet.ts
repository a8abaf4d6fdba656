import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createSwitchback, type Switchback } from '#sdk/client.ts'
import { type AgentService, startAgentService } from './agentService.ts'
import { courseOf, type FaultName } from './faults.ts'

/** Two versions of an agent, and people who talk to them: each turn asks the SDK which version runs it. */

export interface FleetOptions {
  readonly edgeUrl: string
  readonly token: string
  readonly agent: string
  readonly stable: string
  readonly candidate: string
  /** Conversations that begin, a second. */
  readonly rate: number
  /** SDK instances, as in so many processes. */
  readonly instances?: number
  readonly random?: () => number
}

export interface FleetState {
  readonly turns: number
  /** Turns by the version that ran them, in all and in the last ten seconds. */
  readonly served: Readonly<Record<string, number>>
  readonly servedLately: Readonly<Record<string, number>>
  readonly writesSkipped: number
  readonly faults: readonly FaultName[]
  /** The revision that each SDK instance decides by. */
  readonly revisions: readonly (string | null)[]
}

export interface Fleet {
  fault(name: FaultName, on: boolean): void
  clearFaults(): void
  state(): FleetState
  /** Ends the talking, sends what telemetry is left, and stops. */
  stop(): Promise<void>
}

const turnsMax = 4
const thinkMs = 1_500
const latelyMs = 10_000
const blipRuns = 2

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { agent, stable, candidate, random = Math.random } = options
  const faults = new Set<FaultName>()
  let blipsLeft = 0
  let writesSkipped = 0
  const clients = await Promise.all(Array.from({ length: options.instances ?? 3 }, () => connect(options)))
  const anyClient = () => clients[Math.floor(random() * clients.length)] ?? clients[0]

  const start = (version: string) =>
    startAgentService({
      agent,
      version,
      edgeUrl: options.edgeUrl,
      token: options.token,
      course() {
        const isCandidate = version === candidate
        const blips = isCandidate && blipsLeft > 0
        if (blips) blipsLeft -= 1
        if (blips && blipsLeft === 0) faults.delete('blip')
        return courseOf(faults, isCandidate, blips, [random(), random(), random(), random()])
      },
      mayWrite() {
        const may = anyClient()?.allow(agent, 'writes', { onUnknown: 'allow' }) ?? false
        if (!may) writesSkipped += 1
        return may
      },
    })
  const services = new Map<string, AgentService>([
    [stable, await start(stable)],
    [candidate, await start(candidate)],
  ])
  const turns: { at: number; version: string }[] = []
  const served: Record<string, number> = {}
  const ending = new AbortController()
  const talks = new Set<Promise<void>>()

  const talk = async () => {
    const client = anyClient()
    if (!client) return
    const conversationId = randomUUID()
    let pin: ReturnType<Switchback['decide']>['pin']
    for (let left = 1 + Math.floor(random() * turnsMax); left > 0 && !ending.signal.aborted; left -= 1) {
      const decided = client.decide(agent, { conversationId, pin })
      pin = decided.pin
      const service = decided.version === null ? undefined : services.get(decided.version)
      if (!service || decided.version === null) return
      turns.push({ at: Date.now(), version: decided.version })
      served[decided.version] = (served[decided.version] ?? 0) + 1
      await turn(service.url, conversationId, ending.signal)
      if (left > 1)
        await pause(thinkMs * (0.5 + random()), undefined, { signal: ending.signal }).catch(() => undefined)
    }
  }
  const beginning = setInterval(() => {
    const going = talk().catch(() => undefined)
    talks.add(going)
    void going.finally(() => talks.delete(going))
  }, 1000 / options.rate)

  return {
    fault(name, on) {
      if (on) faults.add(name)
      else faults.delete(name)
      if (name === 'blip') blipsLeft = on ? blipRuns : 0
    },
    clearFaults() {
      faults.clear()
      blipsLeft = 0
    },
    state() {
      const since = Date.now() - latelyMs
      while (turns[0] && turns[0].at < since) turns.shift()
      const servedLately: Record<string, number> = {}
      for (const { version } of turns) servedLately[version] = (servedLately[version] ?? 0) + 1
      const total = Object.values(served).reduce((sum, count) => sum + count, 0)
      const revisions = clients.map((client) => client.table()?.rev.toString() ?? null)
      return {
        turns: total,
        served: { ...served },
        servedLately,
        writesSkipped,
        faults: [...faults],
        revisions,
      }
    },
    async stop() {
      clearInterval(beginning)
      ending.abort()
      await Promise.all([...services.values()].map((service) => service.stop()))
      await Promise.all(talks)
      for (const client of clients) client.close()
    },
  }
}

async function connect({ edgeUrl, token, agent, stable }: FleetOptions): Promise<Switchback> {
  const client = createSwitchback({ url: edgeUrl, token, agents: { [agent]: { stable } } })
  await client.ready(5_000)
  return client
}

async function turn(url: string, conversationId: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId, message: 'Where is my order?' }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
  }).catch(() => null)
  await answer?.arrayBuffer()
}
