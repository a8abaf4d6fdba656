import type { Policy } from './policy.ts'

/** Which limits of a policy have no data: told before a rollout starts, because each of them would hold it. */

/** Of the newest runs of the stable in the last day: how many carried what. */
export interface Carried {
  readonly runs: number
  /** Whether these are all runs of the day, or the newest of more. */
  readonly isAll: boolean
  readonly priced: number
  readonly calledTool: number
  readonly inConversation: number
  /** How many called this tool, by name. */
  readonly tools: Readonly<Record<string, number>>
  /** How many carried this attribute, by key; null where attributes are not known. */
  readonly attributes: Readonly<Record<string, number>> | null
  /** How many have this score, by name; null where scores are not known. */
  readonly scores: Readonly<Record<string, number>> | null
}

type Conversations = Pick<Carried, 'runs' | 'isAll' | 'inConversation'>

/** The limits that a rollout will use. What is left out is not limited. */
export type Limited = Pick<Policy, 'triggers'> & {
  readonly scores?: readonly { readonly name: string }[]
  readonly feedback?: object | null
  readonly tools?: readonly { readonly name: string }[]
  readonly shares?: readonly { readonly name: string; readonly attribute: string }[]
}

/** The name under which feedback comes as a score. */
export const feedbackName = 'feedback'

/** From this share on, runs without a conversation are worth a word. */
const withoutConversation = 0.05
/** Below this share, what only some runs carry is said to be rare. */
const rare = 0.1

interface Need {
  /** As in "no run has …". */
  readonly has: string
  readonly runs: number
  readonly mend: string
  /** Scores are given to some runs only. */
  readonly mayBeRare?: boolean
}

/** A sentence for each limit without data, in the order of the policy, then for runs without a conversation. */
export function absenceNotes(agent: string, policy: Limited, carried: Carried): string[] {
  if (carried.runs === 0) return []
  return [
    ...needsOf(policy, carried).flatMap((need) => wordsFor(agent, need, carried)),
    ...[conversationNote(agent, carried)].filter((note) => note !== null),
  ]
}

function needsOf(policy: Limited, carried: Carried): Need[] {
  const limits = (metric: string) => policy.triggers.some((trigger) => trigger.metric === metric)
  const { scores, attributes } = carried
  const asked = [...(policy.scores ?? []).map(({ name }) => name), ...(policy.feedback ? [feedbackName] : [])]
  return [
    ...(limits('tool_failure_rate')
      ? [
          {
            has: 'called a tool',
            runs: carried.calledTool,
            mend: 'send the spans of its tool calls or drop the limit',
            mayBeRare: true,
          },
        ]
      : []),
    ...(limits('cost_per_run_usd')
      ? [{ has: 'carried a cost', runs: carried.priced, mend: 'add prices or drop the limit' }]
      : []),
    ...(scores
      ? asked.map((name) => ({
          has: name === feedbackName ? 'had feedback' : `had the score ${name}`,
          runs: countOf(scores, name),
          mend: 'send it to POST /v1/scores or drop the limit',
          mayBeRare: true,
        }))
      : []),
    ...(policy.tools ?? []).map(({ name }) => ({
      has: `called the tool ${name}`,
      runs: countOf(carried.tools, name),
      mend: 'check the name of the tool or drop the limit',
      mayBeRare: true,
    })),
    ...(attributes ? (policy.shares ?? []) : []).map(({ attribute }) => ({
      has: `carried the attribute ${attribute}`,
      runs: attributes ? countOf(attributes, attribute) : 0,
      mend: 'set it on the span of the run or drop the limit',
      mayBeRare: true,
    })),
  ]
}

function wordsFor(agent: string, { has, runs, mend, mayBeRare = false }: Need, carried: Carried): string[] {
  const { isAll } = carried
  if (runs === 0) {
    const none = isAll
      ? `no run of ${agent} has ${has} in the last day`
      : `none of the newest ${number(carried.runs)} runs of ${agent} has ${has}`
    return [`${none}; ${mend}`]
  }
  if (mayBeRare || runs >= carried.runs * rare) return []
  return [`only ${of(runs, carried)} of ${agent} ${runs === 1 ? 'has' : 'have'} ${has}; ${mend}`]
}

/** That runs come without a conversation, and what to change; null where they are few. */
export function conversationNote(agent: string, carried: Conversations): string | null {
  const without = carried.runs - carried.inConversation
  if (without < carried.runs * withoutConversation || without === 0) return null
  const which = `${of(without, carried)} of ${agent} came without a conversation`
  return `${which}; add gen_ai.conversation.id to the span of the run`
}

function of(runs: number, carried: Conversations): string {
  const all = `${number(carried.runs)} runs`
  return `${number(runs)} of ${carried.isAll ? `${all} of the last day` : `the newest ${all}`}`
}

/** Names are given by users, and may be those of an object's own. */
function countOf(counts: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0
}

function number(count: number): string {
  return count.toLocaleString('en')
}
