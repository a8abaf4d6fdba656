import { paths } from '#lib/paths.ts'

/** What an installation needs to have something on every screen. */
export interface House {
  /** An agent with a rollout under way. */
  readonly moving: { readonly agent: string; readonly rollout: string }
  /** An agent whose rollout was stopped. */
  readonly stopped: { readonly agent: string; readonly rollout: string; readonly incident: string }
}

/** The places that are there whatever there is. */
export const places = {
  now: paths.now(),
  agents: paths.agents(),
  incidents: paths.incidents(),
  approvals: paths.approvals(),
  switches: paths.switches(),
  audit: paths.audit(),
  settings: paths.settings.all(),
  you: paths.settings.you(),
  people: paths.settings.people(),
  tokens: paths.settings.tokens(),
  alerts: paths.settings.alerts(),
  prices: paths.settings.prices(),
  traces: paths.settings.traces(),
  demo: paths.settings.demo(),
}

/** The screens that are about something: each by its name, with its address in this house. */
export const screens = {
  agent: ({ stopped }: House) => paths.agent(stopped.agent),
  policy: ({ stopped }: House) => paths.policy(stopped.agent),
  readiness: ({ stopped }: House) => paths.readiness(stopped.agent),
  instances: ({ stopped }: House) => paths.instances(stopped.agent),
  runs: ({ moving }: House) => paths.runs(moving.agent),
  rollout: ({ moving }: House) => paths.rollout(moving.agent, moving.rollout),
  'stopped rollout': ({ stopped }: House) => paths.rollout(stopped.agent, stopped.rollout),
  incident: ({ stopped }: House) => paths.incident(stopped.incident),
  'incident at a moment': ({ stopped }: House) =>
    paths.incidentAt(stopped.incident, new Date().toISOString()),
  start: ({ moving }: House) => paths.newRollout(moving.agent),
  connect: ({ moving }: House) => paths.settings.connect(moving.agent, '2.3.3'),
}
