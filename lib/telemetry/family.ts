import type { SpanPart } from './spans.ts'
import type { Node } from './tree.ts'

/** One run in the making: the span that is it, and what is in it. */
export interface Frame {
  readonly node: Node
  readonly head: SpanPart
  readonly agent: string
  /** The nearest run above, which bears its tokens and cost too. */
  readonly outer: Frame | null
  /** The run that called it: the one whose agent it is that stands nearest above. */
  readonly caller: Frame | null
  /** The caller's tool call that it is in; null when none stands between them. */
  readonly call: SpanPart | null
  /** What it did itself: neither what its sub-agents did, nor what their tokens were. */
  readonly owned: Place[]
  /** What was spent in it, but not in a sub-agent. */
  readonly spent: Place[]
  /** The runs that bear on its cost, and those that it called. */
  readonly inner: Frame[]
  readonly called: Frame[]
}

/** Where a span stands among its ancestors, as far as they are here. */
export interface Place {
  readonly part: SpanPart
  /** The run that it belongs to, that is whose tool call it would be. Itself when it is one. */
  readonly owner: Frame | null
  /** The nearest run above, or itself: the innermost of those that bear its tokens. */
  readonly payer: Frame | null
  /** The tool call it is, or is in. The same call told by two instruments is the outer one. */
  readonly call: SpanPart | null
  /**
   * Whether the model call, or the agent inside the run, that it is in tells the tokens or the cost of it
   * too.
   */
  readonly toldByCall: boolean
  readonly toldByAgent: boolean
  /** The nearest that says anything: itself, unless it is a link. */
  readonly near: SpanPart | null
}

/** A run-span that is no run of its own, and the one that it turned out to be in. */
export interface Inside {
  readonly part: SpanPart
  readonly into: Frame
}

export interface Family {
  /** Each after those above it. */
  readonly frames: readonly Frame[]
  readonly inside: readonly Inside[]
  /** In the order of the nodes. */
  readonly places: readonly Place[]
}

/** Finds the runs of a trace and whose each span is. The nodes come each after its ancestors. */
export function familyOf(nodes: readonly Node[], isRegistered: (agent: string) => boolean): Family {
  const { runs: chains, outermost } = chainsOf(nodes, isRegistered)
  const frames: Frame[] = []
  const inside: Inside[] = []
  const places: Place[] = []
  for (const node of nodes) {
    const above = node.parent ? (places[node.parent.index] ?? null) : null
    const { part } = node
    const agent = part.agent !== null && isRegistered(part.agent) ? part.agent : null
    const isRun = agent !== null && (part.kind === 'run' || chains.has(part))
    const same = isRun ? runOfAgent(above?.payer ?? null, agent) : null
    if (isRun && !same) {
      const frame = frameOf(node, agent, above)
      frames.push(frame)
      places.push(headPlace(frame))
    } else {
      const place = placeUnder(above, part, same)
      places.push(place)
      const into = agent !== null && (part.kind === 'run' || part.kind === 'chain') ? place.owner : null
      if (into) inside.push({ part, into })
    }
  }
  for (const place of places) {
    place.owner?.owned.push(place)
    place.payer?.spent.push(place)
  }
  // A chain whose own agent is told beneath it after all is in that run, as far as its figures go.
  for (const frame of frames) {
    const chain = outermost[frame.node.index]
    if (chain && !chains.has(chain) && chain.agent === frame.agent) inside.push({ part: chain, into: frame })
  }
  return { frames, inside, places }
}

function runOfAgent(from: Frame | null, agent: string): Frame | null {
  for (let frame = from; frame; frame = frame.outer) if (frame.agent === agent) return frame
  return null
}

function frameOf(node: Node, agent: string, above: Place | null): Frame {
  const frame: Frame = {
    node,
    head: node.part,
    agent,
    outer: above?.payer ?? null,
    caller: above?.owner ?? null,
    call: above?.owner ? above.call : null,
    owned: [],
    spent: [],
    inner: [],
    called: [],
  }
  frame.outer?.inner.push(frame)
  frame.caller?.called.push(frame)
  return frame
}

function headPlace(frame: Frame): Place {
  const { head } = frame
  return {
    part: head,
    owner: frame,
    payer: frame,
    call: null,
    toldByCall: false,
    toldByAgent: false,
    near: head,
  }
}

/** `same` is the run that a run-span belongs to because it is of the same agent. */
function placeUnder(above: Place | null, part: SpanPart, same: Frame | null): Place {
  const owner = same ?? above?.owner ?? null
  const isRetold =
    part.kind === 'tool' && above?.near?.kind === 'tool' && above.near.toolName === part.toolName
  const isCall = part.kind === 'tool' && !isRetold
  const isTelling = above !== null && above.part !== above.payer?.head && hasUsage(above.part)
  const telling = isTelling ? above.part.kind : null
  const callAbove = above && above.owner === owner ? above.call : null
  const isLink = part.kind === 'link' || part.kind === 'chain'
  // Some frameworks hang a tool, and what it does, under the model call that asked for it.
  const isElse = part.kind === 'tool' || part.kind === 'run'
  return {
    part,
    owner,
    payer: above?.payer ?? null,
    call: isCall ? part : callAbove,
    toldByCall: !isElse && (above?.toldByCall === true || telling === 'inference'),
    toldByAgent: above?.toldByAgent === true || telling === 'run',
    near: isLink ? (above?.near ?? null) : part,
  }
}

/** Whether it says anything of tokens or cost. */
export function hasUsage(part: SpanPart): boolean {
  return part.inputTokens !== null || part.outputTokens !== null || part.costUsd !== null
}

/** What is known of an outermost chain: whether it called a model or a tool, and which agents ran in it. */
interface Beneath {
  works: boolean
  readonly agents: Set<string>
}

/**
 * The chains that are runs: the outermost of each line of ancestors, with nothing but links above, if it called
 * a model or a tool and no run of its own agent is told beneath it.
 */
function chainsOf(
  nodes: readonly Node[],
  isRegistered: (agent: string) => boolean,
): { readonly runs: ReadonlySet<SpanPart>; readonly outermost: readonly (SpanPart | null)[] } {
  const outermost: (SpanPart | null)[] = []
  const speaks: boolean[] = []
  const beneath = new Map<SpanPart, Beneath>()
  for (const { index, parent, part } of nodes) {
    const isSpokenAbove = parent ? speaks[parent.index] === true : false
    const chainAbove = parent ? (outermost[parent.index] ?? null) : null
    const isOutermost = part.kind === 'chain' && !isSpokenAbove
    const chain = chainAbove ?? (isOutermost ? part : null)
    if (chain === part) beneath.set(part, { works: false, agents: new Set() })
    outermost[index] = chain
    speaks[index] = isSpokenAbove || part.kind !== 'link'
    const known = chain ? beneath.get(chain) : undefined
    if (!known) continue
    if (part.kind === 'tool' || part.kind === 'inference') known.works = true
    if (part.kind === 'run' && part.agent !== null && isRegistered(part.agent)) known.agents.add(part.agent)
  }
  const runs = [...beneath].filter(
    ([{ agent }, { works, agents }]) => agent !== null && works && !agents.has(agent),
  )
  return { runs: new Set(runs.map(([chain]) => chain)), outermost }
}
