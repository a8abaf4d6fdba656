/** The demo that the panel can start: a made-up agent that really runs, and what can be made to go wrong with it. */

/** An agent of its own, so that the demo never touches one of yours. */
export const demoAgent = 'demo-agent'

export const demoFaults = ['errors', 'slow', 'tools', 'provider_down', 'silent', 'blip'] as const
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
