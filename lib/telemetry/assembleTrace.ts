import { defaultCancelled } from '#lib/domain/policy.ts'
import { familyOf, type Frame, type Place } from './family.ts'
import type { Price } from '#lib/domain/price.ts'
import { type Around, firstSaid, outcomeOf, type Run, runOf } from './run.ts'
import { spentOf } from './runUsage.ts'
import type { SpanPart } from './spans.ts'
import { type Node, type Received, treeOf } from './tree.ts'

/** How long a run waits before it is counted, in milliseconds from when its span came. */
export interface Waits {
  /** When all its ancestors are here: for spans of its trace that are sent apart. */
  readonly settledMs: number
  /** When its parent is of the same process and has not come: it is sent when it ends. */
  readonly localMs: number
  /** When its parent has not come, and nobody said of which process it is or those of its agent never come. */
  readonly silentMs: number
}

export const defaultWaits: Waits = { settledMs: 200, localMs: 15 * 60_000, silentMs: 30_000 }

export interface AssemblyOptions {
  readonly now: Date
  readonly isRegistered: (agent: string) => boolean
  readonly prices?: readonly Price[]
  /** The types of error that say that a run of this agent was cancelled. */
  readonly cancelledOf?: (agent: string) => readonly string[]
  readonly waits?: Waits
  /** Whether the parents of this agent's runs never come, as where an exporter sends what is an agent's and nothing else. */
  readonly comesAlone?: (agent: string) => boolean
}

/** A run, and when its span first came. */
export interface Arrived {
  readonly run: Run
  readonly receivedAt: Date
}

export interface Assembled {
  /** Those that may be counted, in order of their ancestors and start. */
  readonly runs: readonly Arrived[]
  /** Those that wait for an ancestor still. What is here of them holds if they were counted before. */
  readonly waiting: readonly Arrived[]
  /** Run-spans that are part of another run: the first is no run, or no longer. */
  readonly inside: readonly { readonly spanId: string; readonly into: string }[]
  /** When the next of those that wait need wait no more; null when none does. */
  readonly again: Date | null
  /** What is here of an agent and in no run, though all its ancestors are here. */
  readonly unclaimed: Unclaimed
}

export interface Unclaimed {
  /** The agents of run-spans that nobody registered, in nobody's run. Null: one that names none. */
  readonly agents: readonly (string | null)[]
  /** Whether there are tool or model calls in no run-span at all, and never will be. */
  readonly hasCalls: boolean
}

/**
 * The runs of one trace, from all of its spans that are here. What is in a run is known by ancestry alone, never
 * by time. Every run-span of a registered agent is a run of that agent, unless it is in a run of the same agent;
 * neither the order nor the repetition of the spans matters.
 */
export function assembleTrace(received: readonly Received[], options: AssemblyOptions): Assembled {
  const { now, isRegistered, prices = [], cancelledOf = () => defaultCancelled } = options
  const { waits: times = defaultWaits, comesAlone = () => false } = options
  const nodes = treeOf(received)
  const { frames, inside, places } = familyOf(nodes, isRegistered)
  const arounds = aroundsOf(frames, prices, cancelledOf)
  const waits = waitsOf(frames)
  const around = (frame: Frame) => present(arounds, frame)
  const runs: Arrived[] = []
  const waiting: Arrived[] = []
  let again = Infinity
  for (const frame of frames) {
    const run = runOf(frame, around, present(waits, frame))
    const readyAt = readyAtOf(
      frame.node,
      comesAlone(frame.agent) ? { ...times, localMs: times.silentMs } : times,
    )
    const isReady = readyAt <= now.getTime()
    if (!isReady) again = Math.min(again, readyAt)
    const list = isReady ? runs : waiting
    list.push({ run, receivedAt: new Date(frame.node.at) })
  }
  return {
    runs,
    waiting,
    inside: inside.map(({ part, into }) => ({ spanId: part.spanId, into: into.head.spanId })),
    again: again === Infinity ? null : new Date(again),
    unclaimed: unclaimedIn(nodes, places),
  }
}

function present<Value>(map: ReadonlyMap<Frame, Value>, frame: Frame): Value {
  const value = map.get(frame)
  if (value === undefined) throw new Error(`Nothing is known of the run ${frame.head.spanId}`)
  return value
}

function readyAtOf({ at, top }: Node, waits: Waits): number {
  switch (top.ending) {
    case 'root':
      return Math.max(at, top.at) + waits.settledMs
    case 'local':
      return at + waits.localMs
    case 'silent':
      return at + waits.silentMs
    default:
      return top.ending satisfies never
  }
}

/** From the innermost outwards for what was spent, and back for the conversation. */
function aroundsOf(
  frames: readonly Frame[],
  prices: readonly Price[],
  cancelledOf: (agent: string) => readonly string[],
): ReadonlyMap<Frame, Around> {
  const arounds = new Map<Frame, Around>()
  for (const frame of frames.toReversed()) {
    const { head, owned, inner, called } = frame
    const said = (key: 'conversationId' | 'userHash') =>
      head[key] ??
      firstSaid(owned, key) ??
      called.map((each) => present(arounds, each)[key]).find((each) => each !== null) ??
      null
    arounds.set(frame, {
      outcome: outcomeOf(frame, cancelledOf(frame.agent)),
      conversationId: said('conversationId'),
      userHash: said('userHash'),
      spent: spentOf(
        frame,
        inner.map((each) => present(arounds, each).spent),
        prices,
      ),
    })
  }
  for (const frame of frames) {
    const own = present(arounds, frame)
    const above = frame.caller && present(arounds, frame.caller)
    if (!above) continue
    const conversationId = own.conversationId ?? above.conversationId
    arounds.set(frame, { ...own, conversationId, userHash: own.userHash ?? above.userHash })
  }
  return arounds
}

/** What waited for a person in each run, also in a sub-agent; in order of start. */
function waitsOf(frames: readonly Frame[]): ReadonlyMap<Frame, readonly SpanPart[]> {
  const waits = new Map<Frame, readonly SpanPart[]>()
  for (const frame of frames.toReversed()) {
    const own = frame.spent.filter(({ part }) => part.kind === 'wait').map(({ part }) => part)
    const inner = frame.inner.flatMap((each) => present(waits, each))
    waits.set(
      frame,
      [...own, ...inner].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
    )
  }
  return waits
}

function unclaimedIn(nodes: readonly Node[], places: readonly Place[]): Unclaimed {
  const agents = new Set<string | null>()
  let hasCalls = false
  const arounds: (SpanPart | null)[] = []
  for (const { index, part, parent, top } of nodes) {
    const above = parent ? (arounds[parent.index] ?? null) : null
    const own = around(above, part)
    arounds[index] = own
    if (places[index]?.owner || above?.kind === 'run' || top.ending !== 'root') continue
    if (part.kind === 'run' && own === part && isNamed(part)) agents.add(part.agent)
    if (part.kind !== 'tool' && part.kind !== 'inference') continue
    // A chain that calls nothing would be no run, whoever registers its agent.
    if (above === null) hasCalls ||= top.part.parentSpanId === null
    else if (isNamed(above)) agents.add(above.agent)
  }
  return { agents: [...agents], hasCalls }
}

/** What would be the run that a span is in, if its agent were registered: the outermost, a chain only for want of a run. */
function around(above: SpanPart | null, part: SpanPart): SpanPart | null {
  if (above?.kind === 'run') return above
  // A trace that is no agent of its own is told by the agents in it.
  if (part.kind === 'run' && !(part.outcomeWithin && part.agentSource === 'service')) return part
  return above ?? (part.kind === 'chain' ? part : null)
}

/** One without a name but with a source was told at the door that it may not be what it named. */
function isNamed({ agent, agentSource }: SpanPart): boolean {
  return agent !== null || agentSource === null
}
