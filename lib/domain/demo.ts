/** The demo that the panel can start: a made-up agent that really runs, and what can be made to go wrong with it. */

/** An agent of its own, so that the demo never touches one of yours. */
export const demoAgent = 'demo-agent'

/** The agent that an agent of the demo calls while its runs are long. It has versions and a stable of its own. */
export function subAgentOf(agent: string): string {
  const ending = '-orders'
  return `${agent.slice(0, agentNameMax - ending.length)}${ending}`
}

const agentNameMax = 63

/** In the order of their keys in the terminal. */
export const demoFaults = [
  'errors',
  'slow',
  'tools',
  'provider_down',
  'silent',
  'blip',
  'long_runs',
  'worse_answers',
  'mislabelled',
] as const
export type DemoFault = (typeof demoFaults)[number]

export function isDemoFault(name: string): name is DemoFault {
  return demoFaults.some((known) => known === name)
}

/** Name and effect of each. */
export const demoFaultWords: Record<DemoFault, { readonly name: string; readonly effect: string }> = {
  errors: {
    name: 'error spike',
    effect: '60 % of the candidate’s runs fail, and the look-up in each',
  },
  slow: { name: 'slow', effect: 'the candidate takes four times as long' },
  tools: { name: 'tool failures', effect: '40 % of the candidate’s look-ups fail, its runs do not' },
  provider_down: { name: 'provider down', effect: 'half of the runs of both versions fail' },
  silent: { name: 'candidate goes silent', effect: 'its runs never finish' },
  blip: { name: 'false alarm', effect: 'two runs of the candidate fail, then nothing more' },
  long_runs: {
    name: 'long runs with a sub-agent',
    effect:
      'the runs of both versions take a second longer and call another agent; 40 % of the candidate’s own look-ups fail',
  },
  worse_answers: {
    name: 'worse answers',
    effect: 'the candidate’s answers score 0.4 instead of 0.9; nothing fails',
  },
  mislabelled: {
    name: 'mislabelled telemetry',
    effect: 'the candidate reports its version with a “v” before it; its runs are well',
  },
}

/** A demo that nobody has touched for so long ends by itself. */
export const demoLastsMs = 3_600_000

/** What the launcher tells the demo that it runs, and what the demo tells the launcher. */
export type ToDemo = { readonly faults: readonly DemoFault[] }
export type FromDemo =
  | { readonly demo: 'running'; readonly rolloutId: string | null }
  | { readonly demo: 'failed'; readonly because: string }
  /** A fault that passes by itself has passed. */
  | { readonly demo: 'over'; readonly fault: DemoFault }
