import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type DemoFault, subAgentOf } from '#lib/domain/demo.ts'
import { createSwitchback, type Switchback } from '#sdk/client.ts'
import { startAgentService } from './agentService.ts'
import { aBlip } from './blip.ts'
import { converse } from './conversation.ts'
import { courseOf } from './faults.ts'
import { seededRandom } from './random.ts'
import { subAgentStable } from './release.ts'
import { countServed } from './served.ts'

/** Two versions of an agent, and people who talk to them: each turn asks the SDK which version runs it. */

export interface FleetOptions {
  readonly edgeUrl: string
  /** Scopes: telemetry, evaluate. */
  readonly token: string
  readonly agent: string
  readonly stable: string
  readonly candidate: string
  /** Conversations that begin, a second. */
  readonly rate: number
  /** SDK instances, as in so many processes. Default 3. */
  readonly instances?: number
  /** With the same seed the n-th run of a version goes the same way. Default a random one. */
  readonly seed?: number
}

export interface FleetState {
  readonly turns: number
  /** Turns by the version that ran them, in all and in the last ten seconds. */
  readonly served: Readonly<Record<string, number>>
  readonly servedLately: Readonly<Record<string, number>>
  readonly writesSkipped: number
  readonly faults: readonly DemoFault[]
  /** The revision that each SDK instance decides by. */
  readonly revisions: readonly (string | null)[]
}

export interface Fleet {
  fault(name: DemoFault, on: boolean): void
  clearFaults(): void
  state(): FleetState
  /** Ends the talking, sends what telemetry is left, and stops. */
  stop(): Promise<void>
}

/** Longer than a slow turn takes. */
const lastTurnsMs = 5_000

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { agent, stable, candidate, seed = randomInt(2 ** 32) } = options
  const clients = await Promise.all(Array.from({ length: options.instances ?? 3 }, () => connect(options)))
  const subAgent = subAgentOf(agent)
  const troubles = faultSwitches(seed, candidate)
  const served = countServed(Date.now)
  let writesSkipped = 0

  const start = (version: string) => {
    // Asks the SDK instance of its own process, as a service would.
    const client = clients[version === stable ? 0 : clients.length - 1]
    return startAgentService({
      ...options,
      version,
      course: troubles.courses(version),
      mayWrite(tool) {
        const may = (client?.allow(agent, 'writes') && client.allow(agent, `tool:${tool}`)) ?? false
        if (!may) writesSkipped += 1
        return may
      },
      subAgent: {
        name: subAgent,
        version: (conversationId) => client?.decide(subAgent, { conversationId }).version ?? subAgentStable,
      },
    })
  }
  const services = await Promise.all([start(stable), start(candidate)])
  const urls = new Map([stable, candidate].map((version, index) => [version, services[index]?.url ?? '']))
  const people = startPeople({ ...options, seed, clients, urls }, (version, conversationId, isFirst) => {
    served.count(version)
    if (isFirst) troubles.opens(version, conversationId)
  })

  return {
    fault: troubles.set,
    clearFaults: troubles.clear,
    state() {
      const total = served.total()
      return {
        turns: Object.values(total).reduce((sum, count) => sum + count, 0),
        served: total,
        servedLately: served.lately(),
        writesSkipped,
        faults: troubles.names(),
        revisions: clients.map((client) => client.table()?.rev.toString() ?? null),
      }
    },
    async stop() {
      const left = people.stop()
      // A turn that hangs ends only with its service; every other one is over by then.
      await Promise.race([left, pause(lastTurnsMs, undefined, { ref: false })])
      await Promise.all(services.map((service) => service.stop()))
      await left
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

/** What is wrong at the moment, and how each run goes because of it. */
function faultSwitches(seed: number, candidate: string) {
  const on = new Set<DemoFault>()
  const blip = aBlip()
  /** Conversations whose first run on the candidate has not come yet. */
  const opening = new Set<string>()
  return {
    set(name: DemoFault, isOn: boolean) {
      if (isOn) on.add(name)
      else on.delete(name)
      if (name !== 'blip') return
      if (isOn) blip.begin()
      else blip.end()
    },
    clear() {
      on.clear()
      blip.end()
    },
    names: () => [...on],
    opens(version: string, conversationId: string) {
      if (version === candidate) opening.add(conversationId)
    },
    courses(version: string) {
      const isCandidate = version === candidate
      const random = seededRandom(seed + (isCandidate ? 1 : 2))
      return (conversationId: string) => {
        const blips = isCandidate && blip.strikes(opening.delete(conversationId))
        if (!blip.isOn()) on.delete('blip')
        return courseOf(on, isCandidate, blips, [random(), random(), random(), random(), random()])
      }
    },
  }
}

interface PeopleOptions extends FleetOptions {
  readonly seed: number
  readonly clients: readonly Switchback[]
  readonly urls: ReadonlyMap<string, string>
}

/** Conversations, begun at an even rate, each with one of the SDK instances. */
function startPeople(
  { agent, rate, seed, clients, urls }: PeopleOptions,
  onTurn: (version: string, conversationId: string, isFirst: boolean) => void,
) {
  const random = seededRandom(seed)
  const ending = new AbortController()
  const conversations = new Set<Promise<void>>()
  const begin = (client: Switchback) => {
    const conversationId = randomUUID()
    const conversation = converse({
      agent,
      conversationId,
      client,
      random,
      urls,
      ending: ending.signal,
      onTurn: (version, isFirst) => onTurn(version, conversationId, isFirst),
    }).finally(() => conversations.delete(conversation))
    conversations.add(conversation)
  }
  const beginning = setInterval(() => {
    const client = clients[Math.floor(random() * clients.length)]
    if (client) begin(client)
  }, 1000 / rate)
  return {
    /** Begins nothing more; resolves once the turns that run are over. */
    async stop() {
      clearInterval(beginning)
      ending.abort()
      await Promise.all(conversations)
    },
  }
}

async function connect({ edgeUrl, token, agent, stable }: FleetOptions): Promise<Switchback> {
  const agents = { [agent]: { stable }, [subAgentOf(agent)]: { stable: subAgentStable } }
  const client = createSwitchback({ url: edgeUrl, token, agents })
  await client.ready(5_000)
  return client
}
