import type { AuditBody } from '#lib/domain/audit.ts'
import { everyAgent, switchWords } from '#lib/domain/killSwitch.ts'

/** One entry of the record as a sentence for a person. Whatever it does not say stands in the entry itself. */
export function auditSentence(entry: AuditBody): string {
  if (entry.outcome === 'refused') return refused(entry)
  const write = sentences[entry.action]
  return write ? write(entry) : `${capital(entry.actor.name)}: ${plain(entry.action)}${outcome(entry)}.`
}

const sentences: Readonly<Record<string, (entry: AuditBody) => string>> = {
  decision: decided,
  'rollout.start': (e) => `${by(e)} started the rollout of ${to(e)} over ${from(e)}${stage(e)}.`,
  'rollout.pause': (e) => `${by(e)} paused the rollout${stage(e)}${note(e)}.`,
  'rollout.resume': (e) => `${by(e)} resumed the rollout${stage(e)}${note(e)}.`,
  'rollout.advance': (e) =>
    `${by(e)} moved ${to(e)} to ${detail(e, 'weight_percent') ?? '?'} % (${e.stage})${note(e)}.`,
  'rollout.complete': (e) => `${by(e)} gave ${to(e)} all traffic${note(e)}. It is the stable version now.`,
  'rollout.rollback': rolledBack,
  'approval.ask': (e) => `${by(e)} asked for a second person: ${detail(e, 'title') ?? e.stage ?? 'an act'}.`,
  'approval.decide': (e) =>
    e.outcome === 'lapsed'
      ? `The request lapsed: ${detail(e, 'title') ?? 'an act'}${because(e)}.`
      : `${by(e)} ${e.outcome} ${detail(e, 'title') ?? 'an act'}${how(e)}.`,
  'approval.cancel': (e) => `${by(e)} took back the request: ${detail(e, 'title') ?? 'an act'}.`,
  'approval.settle': (e) => `The request ${e.outcome}: ${detail(e, 'title') ?? 'an act'}${because(e)}.`,
  switch: switched,
  alert: (e) => alerted(e),
  'alert.test': (e) => `${by(e)} sent a test message.`,
  'alert.retry': (e) => `${by(e)} had a message sent again that was not sent.`,
  'alert.second_channel': () => 'A message that its channel did not take is owed to the second channel too.',
  'alert_route.add': (e) => `${by(e)} added a way for alerts${wayOf(e)}.`,
  'alert_route.remove': (e) => `${by(e)} took away a way for alerts${wayOf(e)}.`,
  'alert_route.rotate': (e) => `${by(e)} rotated the secret of a webhook.`,
  'price.add': (e) => `${by(e)} added a price of ${pricedOf(e)}.`,
  'price.change': (e) => `${by(e)} changed the price of ${pricedOf(e)}.`,
  'price.end': (e) =>
    e.outcome === 'taken_off'
      ? `${by(e)} removed a coming price of ${pricedOf(e)}.`
      : `${by(e)} ended the price of ${pricedOf(e)}.`,
  'price.shipped': (e) =>
    e.outcome === 'on'
      ? `${by(e)} put the public list prices to use.`
      : `${by(e)} stopped the use of the public list prices.`,
  'setting.trace_url': (e) =>
    e.outcome === 'removed'
      ? `${by(e)} removed the links to traces.`
      : `${by(e)} set where links to traces lead: ${detail(e, 'template') ?? '?'}.`,
  recovery: (e) => `Recovery: ${plain(e.outcome ?? '')}${because(e)}.`,
  'incident.review': (e) => `${by(e)} reviewed the incident: the stop was ${detail(e, 'verdict') ?? '?'}.`,
  'incident.note': (e) => `${by(e)} added a note.`,
  'incident.compensate': (e) => `${by(e)} marked what was written as ${plain(e.outcome ?? '')}.`,
  'version.unlock': (e) => `${by(e)} unlocked ${from(e)}${because(e)}.`,
  'policy.publish': (e) =>
    `${by(e)} put policy ${e.policy_version ?? ''} of ${e.agent} in force${because(e)}.`,
  'capability.allow': (e) => `${by(e)} allowed ${capabilityOf(e)} again${because(e)}.`,
  'capability.deny': (e) => `${by(e)} denied ${capabilityOf(e)}${because(e)}.`,
  'switch.acknowledge': (e) => `${detail(e, 'because') ?? 'Nothing is known of the instances'}.`,
  'demo.start': (e) => `${by(e)} started the demo: a made-up agent.`,
  'demo.stop': (e) => `${by(e)} stopped the demo.`,
  'demo.fault': (e) =>
    e.outcome === 'on'
      ? `${by(e)} let something go wrong in the demo: ${plain(String(detail(e, 'fault') ?? '?'))}.`
      : `${by(e)} let it go right again in the demo: ${plain(String(detail(e, 'fault') ?? '?'))}.`,
  'drill.start': (e) => `${by(e)} started a drill: made-up runs, and a revision that changes nothing.`,
  'drill.follow': (e) =>
    e.outcome === 'in_force'
      ? 'The drill’s revision is in force at every edge.'
      : `The drill ${plain(e.outcome ?? '')}${because(e)}.`,
  'drill.schedule': (e) =>
    e.outcome === 'set'
      ? `${by(e)} scheduled a drill every ${detail(e, 'every_days') ?? '?'} days.`
      : `${by(e)} switched scheduled drills off.`,
  'instance.forget': (e) => `${by(e)} took the silent instance ${detail(e, 'instance') ?? '?'} off the list.`,
  'routing.lease': (e) => `${by(e)} set the lease of instances to ${detail(e, 'seconds') ?? '?'} s.`,
  'switch.expire': (e) => `The deny of ${capabilityOf(e)} asks whether it is still needed. It stays.`,
  'agent.create': (e) => `${by(e)} created the agent ${e.agent}.`,
  'agent.change': (e) => `${by(e)} changed the agent ${e.agent}.`,
  'agent.adopt_stable': (e) => `${by(e)} adopted ${to(e)} as the first stable version${because(e)}.`,
  'version.register': (e) => `${by(e)} registered ${to(e)}.`,
  'person.create': (e) => `${by(e)} gave ${detail(e, 'name') ?? 'somebody'} an account.`,
  'person.invite': (e) => `${by(e)} invited ${whom(e)}.`,
  'person.link': (e) => `${by(e)} signed in at the provider for the first time.`,
  'person.renew_link': (e) => `${by(e)} made a new sign-in link for ${whom(e)}.`,
  'person.set_password': (e) => `${whom(e)} set their password.`,
  'person.set_roles': (e) => `${by(e)} changed the roles of ${whom(e)}${rolesMoved(e)}.`,
  'person.disable': (e) => `${by(e)} disabled ${whom(e)}.`,
  'person.enable': (e) => `${by(e)} enabled ${whom(e)}.`,
  'person.end_sessions': (e) => `${by(e)} signed ${whom(e)} out everywhere.`,
  'session.end': (e) =>
    detail(e, 'everywhere') === 'yes'
      ? `${by(e)} signed out everywhere.`
      : `${by(e)} ended one of their sessions.`,
  'token.rotate': (e) => `${by(e)} rotated the API token ${detail(e, 'name') ?? ''}.`,
  'token.create': (e) => `${by(e)} made the API token ${detail(e, 'name') ?? ''}.`,
  'token.revoke': (e) => `${by(e)} revoked the API token ${detail(e, 'name') ?? ''}.`,
  'sign_in_link.issue': () => 'Switchback issued the link that makes the first administrator.',
  'checkpoint.make': (e) =>
    `Switchback signed checkpoint ${detail(e, 'number') ?? '?'} over ${detail(e, 'entries') ?? '?'} entries.`,
  'checkpoint.publish': (e) =>
    e.outcome === 'sent'
      ? 'The checkpoint was published to Slack.'
      : `The checkpoint was not published to Slack: ${String(detail(e, 'error') ?? 'no reason is known').replace(/^Not sent: /, '')}.`,
  'guard.silent': (e) => `No guard judges the rollouts${because(e)}.`,
  'guard.back': (e) => `A guard judges the rollouts again${because(e)}.`,
  sign_in: (e) => `${by(e)} signed in.`,
  step_up: (e) => `${by(e)} proved again who they are.`,
  sign_out: (e) => `${by(e)} signed out.`,
}

/** The model whose price it is, and who sells it. */
function pricedOf(entry: AuditBody): string {
  return `${detail(entry, 'model') ?? '?'} of ${detail(entry, 'provider') ?? 'any provider'}`
}

/** Where a way for alerts leads. */
function wayOf(entry: AuditBody): string {
  const to = detail(entry, 'url') ?? detail(entry, 'channel')
  return to ? `: ${to}` : ''
}

/** How it was approved, where nobody else did. */
function how(entry: AuditBody): string {
  const mode = detail(entry, 'mode')
  if (mode === 'single_operator') return ', alone (single_operator)'
  return mode === 'break_glass' ? ' by breaking the glass; a review is owed' : ''
}

function decided(entry: AuditBody): string {
  const verdict = entry.reason ? `${entry.outcome}, ${entry.reason}` : entry.outcome
  return `Decision on ${entry.from_version ?? 'the candidate'}: ${verdict}${because(entry)}.`
}

function rolledBack(entry: AuditBody): string {
  if (entry.outcome === 'already_rolled_back') {
    return `The same signal came again (× ${detail(entry, 'suppressed') ?? '?'}); nothing was executed${because(entry)}.`
  }
  return `${by(entry)} rolled back ${from(entry)} to ${to(entry)}${stage(entry)}: ${entry.reason}${because(entry)}.`
}

const alertWords: Readonly<Record<string, string>> = {
  rollback_triggered: 'The alert of the rollback',
  switch_applied: 'The word that the switch is in force',
  recovery: 'The verdict on recovery',
  test: 'The test message',
}

function alerted(entry: AuditBody): string {
  const what = alertWords[String(detail(entry, 'kind'))] ?? 'A message'
  if (entry.outcome === 'sent') return `${what} was delivered to Slack.`
  return `${what} was not sent: ${String(detail(entry, 'error') ?? 'no reason is known').replace(/^Not sent: /, '')}.`
}

function switched(entry: AuditBody): string {
  const target = to(entry)
  switch (entry.switch_status) {
    case 'applied':
      return `The switch to ${target} is in force.`
    case 'verified':
      return `The traffic shows it: ${target} alone has runs.`
    case 'failed':
      return `The switch to ${target} was not seen in force in time; it is still being tried.`
    default:
      return `Switch to ${target}${outcome(entry)}.`
  }
}

function capabilityOf(entry: AuditBody): string {
  const name = detail(entry, 'capability')
  if (name === null) return 'a capability'
  return switchWords({ agent: entry.agent ?? everyAgent, name: String(name) })
}

function refused(entry: AuditBody): string {
  if (entry.action === 'sign_in') {
    return entry.reason === 'too_often'
      ? `${by(entry)} tried to sign in too often.`
      : `${by(entry)} failed to sign in.`
  }
  if (entry.action === 'step_up') return `${by(entry)} failed to prove again who they are.`
  return `${by(entry)} was refused: ${plain(entry.action)}${because(entry)}.`
}

const by = (entry: AuditBody) => capital(entry.actor.name)
const from = (entry: AuditBody) => entry.from_version ?? 'a version'
const to = (entry: AuditBody) => entry.to_version ?? 'a version'
const stage = (entry: AuditBody) => (entry.stage ? ` in ${entry.stage}` : '')
const outcome = (entry: AuditBody) => (entry.outcome ? `, ${plain(entry.outcome)}` : '')

function because(entry: AuditBody): string {
  const words = detail(entry, 'because')
  return words ? `. ${String(words).replace(/\.+$/, '')}` : ''
}

function note(entry: AuditBody): string {
  const words = detail(entry, 'note')
  return words ? `: “${words}”` : ''
}

function detail(entry: AuditBody, key: string): string | number | null {
  const value = entry.details?.[key]
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

const whom = (entry: AuditBody) => String(detail(entry, 'name') ?? 'somebody')

function rolesMoved(entry: AuditBody): string {
  const [before, after] = [entry.details?.['before'], entry.details?.['after']]
  if (!Array.isArray(before) || !Array.isArray(after)) return ''
  const words = (roles: readonly unknown[]) => (roles.length === 0 ? 'none' : roles.join(', '))
  return `: ${words(before)} → ${words(after)}`
}

function plain(words: string): string {
  return words.replace(/[._]/g, ' ')
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
