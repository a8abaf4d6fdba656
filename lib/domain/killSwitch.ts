/** Kill switches: what an agent may do, whatever its version. A capability is `allow` or `deny`; true means allowed. */

/** The scope of a switch that stands for every agent, those of tomorrow too. No agent can be called so. */
export const everyAgent = '*'

/** The switch of every tool, and what holds for a tool that no switch names. */
export const everyTool = 'tool:*'

export type SwitchState = 'allow' | 'deny'

/** `writes`, `agent`, `tool:<name>` or `tool:*`. */
export const switchNamePattern = /^(?:writes|agent|tool:(?:\*|[A-Za-z0-9_][\w.:/-]{0,99}))$/

/** One row of what was ordered. `agent` may be `*`. */
export interface SwitchOrder {
  readonly agent: string
  readonly name: string
  readonly state: SwitchState
  readonly onUnknown: SwitchState
  /** The `rev` that set this state. */
  readonly sinceRev: number
}

/** What holds for one capability of one agent once every scope has been asked. */
export interface EffectiveSwitch {
  readonly state: SwitchState
  readonly onUnknown: SwitchState
  readonly since: number
  /** Falls to `onUnknown` when an instance loses its lease: it may not have heard of a deny. */
  readonly strict: boolean
}

/** What holds while nobody ordered anything. A stopped agent is never a guess; what cannot be undone always is. */
const unordered: Readonly<Record<string, EffectiveSwitch>> = {
  agent: { state: 'allow', onUnknown: 'allow', since: 0, strict: false },
  [everyTool]: { state: 'allow', onUnknown: 'deny', since: 0, strict: true },
  writes: { state: 'allow', onUnknown: 'deny', since: 0, strict: true },
}

/**
 * The names whose deny forbids this capability, itself first: a stopped agent does nothing, and `tool:*` is every tool.
 * `writes` does not cover tools, because a tool may only read: one that writes asks for both.
 */
export function coveringNames(name: string): readonly string[] {
  if (name === 'agent') return ['agent']
  if (name.startsWith('tool:') && name !== everyTool) return [name, everyTool, 'agent']
  return [name, 'agent']
}

/**
 * Every capability of an agent, from the orders for it and those for every agent: denied if any scope denies it. What
 * nobody ordered stands too, so that a table says "allowed" rather than nothing.
 */
export function effectiveSwitches(
  agent: string,
  orders: readonly SwitchOrder[],
): Readonly<Record<string, EffectiveSwitch>> {
  const covering = orders.filter((order) => order.agent === agent || order.agent === everyAgent)
  const names = new Set([...Object.keys(unordered), ...covering.map(({ name }) => name)])
  return Object.fromEntries([...names].sort().map((name) => [name, effectiveOf(name, covering)]))
}

function effectiveOf(name: string, covering: readonly SwitchOrder[]): EffectiveSwitch {
  const orders = covering.filter((order) => order.name === name)
  const denying = orders.filter(({ state }) => state === 'deny')
  const base = unordered[name]
  const onUnknown = orders.some((order) => order.onUnknown === 'deny') ? 'deny' : 'allow'
  return {
    state: denying.length > 0 ? 'deny' : 'allow',
    onUnknown: orders.length === 0 && base ? base.onUnknown : onUnknown,
    since: Math.max(0, ...(denying.length > 0 ? denying : orders).map(({ sinceRev }) => sinceRev)),
    strict: isStrict(name),
  }
}

/** Whether an instance that lost its lease stands as if it had heard of a deny: then it falls to deny by itself. */
export function isStrict(name: string): boolean {
  return unordered[name]?.strict ?? true
}

/** What holds for an instance that cannot know, by name: an agent that cannot ask runs its stable and writes nothing. */
export function onUnknownOf(name: string): SwitchState {
  return name === 'agent' ? 'allow' : 'deny'
}

/** What a switch is called in a sentence: `writes of support-agent`, `the tool refund of every agent`. */
export function switchWords({ agent, name }: { readonly agent: string; readonly name: string }): string {
  const whose = agent === everyAgent ? 'every agent' : agent
  if (name === 'agent') return agent === everyAgent ? 'every agent' : `the agent ${agent}`
  if (name === everyTool) return `every tool of ${whose}`
  if (name.startsWith('tool:')) return `the tool ${name.slice('tool:'.length)} of ${whose}`
  return `${name} of ${whose}`
}

/** What will be true once it is engaged, for the confirmation: one sentence that names the effect. */
export function engageEffect({ agent, name }: { readonly agent: string; readonly name: string }): string {
  const whose = agent === everyAgent ? 'Every agent' : agent
  const stays = 'No version changes, and nothing lifts it but a second person.'
  if (name === 'agent')
    return `${whose} answers no conversation, and does nothing more in those that run. ${stays}`
  if (name === everyTool) return `${whose} calls no tool any more, also in the middle of a turn. ${stays}`
  if (name.startsWith('tool:')) {
    return `${whose} does not call ${name.slice('tool:'.length)} any more, also in the middle of a turn. ${stays}`
  }
  return `${whose} goes on answering and writes nothing any more, also in the middle of a turn. ${stays}`
}

/** What is ordered now for one scope and name; null when nobody ever ordered anything. */
export interface HeldSwitch {
  readonly state: SwitchState
  /** The rollback that engaged it, and whose proven recovery would lift it. */
  readonly incidentId: string | null
  /** Milliseconds since 1970. */
  readonly untilMs: number | null
}

/**
 * What engaging comes to: `engage` a new order; `take_over` what the policy had denied for the time of a rollback, so
 * that recovery no longer lifts it; `ask_at` another moment at which it asks; `nothing` when it is all so already.
 */
export function planEngage(
  held: HeldSwitch | null,
  untilMs: number | null,
): 'engage' | 'take_over' | 'ask_at' | 'nothing' {
  if (held?.state !== 'deny') return 'engage'
  if (held.incidentId !== null) return 'take_over'
  return held.untilMs === untilMs ? 'nothing' : 'ask_at'
}

/** Whether a deny has to ask now whether it is still needed. It never lifts by itself. */
export function expiryIsDue(
  held: HeldSwitch & { readonly askedAtMs: number | null },
  nowMs: number,
): boolean {
  return held.state === 'deny' && held.untilMs !== null && held.untilMs <= nowMs && held.askedAtMs === null
}
