import { alertLimits, escaped, hasMarkup } from './alertText.ts'
import type { Recovery, SwitchStatus } from './rollout.ts'

/** What is told of an incident. One incident is one parent message; what follows goes into its thread. */

/** The messages of an incident's life, in order. A repeated signal is counted on the record and never sent. */
export const alertKinds = ['rollback_triggered', 'switch_applied', 'recovery'] as const
export type AlertKind = (typeof alertKinds)[number]

/** One measured figure against its limit, in the words and units of the screen: `9.1 %` of at most `5 %`. */
export interface AlertFigure {
  readonly label: string
  readonly observed: string
  readonly limit: string
}

/** An incident as it stands at `at`. The same facts, read again later, re-render the parent with the current state. */
export interface AlertFacts {
  readonly agent: string
  /** Version names without the agent: `2.4.0`. */
  readonly fromVersion: string
  readonly toVersion: string
  readonly reason: string
  readonly stage: string
  /** Who stopped it: `the policy`, a person's or a token's name. */
  readonly actorName: string
  /** Why, as a sentence. */
  readonly because: string
  readonly openedAt: Date
  readonly at: Date
  /** Null when no policy decided, as in a rollback by hand. */
  readonly policyVersion: number | null
  /** Address of the incident in the panel. */
  readonly incidentUrl: string
  readonly candidateLocked: boolean
  readonly writesDisabled: boolean
  readonly switchStatus: SwitchStatus
  /** Milliseconds from the order to the switch being seen in force; null while it was not. */
  readonly appliedAfterMs: number | null
  readonly recovery: Recovery
  readonly recoveryBecause: string | null
  readonly figures: readonly AlertFigure[]
}

export interface PlainText {
  readonly type: 'plain_text'
  readonly text: string
  /** Off, so that `:name:` in data stays what it is. */
  readonly emoji: false
}

interface MarkedText {
  readonly type: 'mrkdwn'
  readonly text: string
  /** On: Slack adds no links or mentions of its own to what it finds. */
  readonly verbatim: true
}

/** The part of Block Kit that an alert uses. */
export type AlertBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: PlainText }
  | { readonly type: 'section'; readonly fields: (PlainText | MarkedText)[] }
  | { readonly type: 'context'; readonly elements: PlainText[] }
  | {
      readonly type: 'actions'
      readonly elements: AlertButton[]
    }
  | {
      readonly type: 'input'
      readonly block_id: string
      readonly optional: true
      readonly label: PlainText
      readonly element: {
        readonly type: 'plain_text_input'
        readonly action_id: string
        readonly max_length: number
      }
    }

/** Leads to a page; or says by its value, which means something to us alone, what was pressed. */
export type AlertButton = {
  readonly type: 'button'
  readonly action_id: string
  readonly text: PlainText
} & (
  | { readonly url: string }
  | {
      readonly value: string
      readonly style: 'primary' | 'danger'
      readonly confirm: {
        readonly title: PlainText
        readonly text: PlainText
        readonly confirm: PlainText
        readonly deny: PlainText
      }
    }
)

/** A message for a chat channel: `text` says everything that matters, for notifications and screen readers. */
export interface AlertMessage {
  readonly text: string
  readonly blocks: AlertBlock[]
  /** The same for machines; absent of what is only said to people. */
  readonly event?: AlertEvent
}

/** What a program may want to act on: names and figures of the release, never what an agent read or wrote. */
export interface AlertEvent {
  readonly kind: string
  readonly [field: string]: string | number | boolean | null
}

/** Data as Slack's plain text. */
export const plainText = (data: string, charactersMax: number): PlainText => ({
  type: 'plain_text',
  // Slack refuses an empty text, and the whole message with it.
  text: escaped(data, charactersMax) || '–',
  emoji: false,
})

/** A label over a value. The label is bold wherever the value can stand beside markup and stay what it is. */
export function field(label: string, data: string): PlainText | MarkedText {
  const isPlain = hasMarkup(label) || hasMarkup(data)
  const head = isPlain ? `${escaped(label, 100)}\n` : `*${escaped(label, 100)}*\n`
  const text = head + escaped(data, alertLimits.field - head.length)
  return isPlain ? { type: 'plain_text', text, emoji: false } : { type: 'mrkdwn', text, verbatim: true }
}

/**
 * The message of one kind about an incident. Rendering `rollback_triggered` again with newer facts gives the parent in
 * its present state. Within Slack's limits whatever the facts hold; data cannot mark up, link or mention.
 */
export function alertMessage(kind: AlertKind, facts: AlertFacts): AlertMessage {
  return { ...rendered(kind, facts), event: eventOf(kind, facts) }
}

function eventOf(kind: AlertKind, facts: AlertFacts): AlertEvent {
  return {
    kind,
    agent: facts.agent,
    from_version: facts.fromVersion,
    to_version: facts.toVersion,
    reason: facts.reason,
    stage: facts.stage,
    actor: facts.actorName,
    because: facts.because,
    opened_at: facts.openedAt.toISOString(),
    policy_version: facts.policyVersion,
    switch_status: facts.switchStatus,
    recovery: facts.recovery,
    candidate_locked: facts.candidateLocked,
    incident_url: facts.incidentUrl,
  }
}

function rendered(kind: AlertKind, facts: AlertFacts): AlertMessage {
  switch (kind) {
    case 'rollback_triggered':
      return { text: parentText(facts), blocks: parentBlocks(facts) }
    case 'switch_applied':
      return reply(switchSentence(facts), null, facts)
    case 'recovery':
      return reply(recoverySentence(facts), facts.recoveryBecause, facts)
    default:
      return kind satisfies never
  }
}

/** How the incident stands, in one line: the gravest thing that is true now. */
export function alertState(facts: AlertFacts): string {
  if (facts.recovery !== 'verifying') return recoverySentence(facts)
  return facts.switchStatus === 'requested' ? '⏳ Traffic is being switched' : switchSentence(facts)
}

function parentText(facts: AlertFacts): string {
  const name = (data: string) => escaped(data, 130)
  const first =
    `🛑 Rollback triggered ${name(`${facts.agent}@${facts.fromVersion}`)} -> ${name(facts.toVersion)}, ` +
    `reason=${name(facts.reason)}, stage=${name(facts.stage)}.`
  return [
    first,
    `By ${name(facts.actorName)}: ${escaped(facts.because, 1_000)}`,
    escaped(alertState(facts), 500),
    linkOf(facts),
  ]
    .filter((line) => line !== null)
    .join('\n')
}

function parentBlocks(facts: AlertFacts): AlertBlock[] {
  const fields = [
    field('Agent', facts.agent),
    field('From → to', `${facts.fromVersion} → ${facts.toVersion}`),
    field('Reason', facts.reason),
    field('Stage', facts.stage),
    ...facts.figures.map(({ label, observed, limit }) => field(label, `${observed} (limit ${limit})`)),
  ]
  const { agent, fromVersion, toVersion } = facts
  return [
    {
      type: 'header',
      text: plainText(`🛑 Rolled back: ${agent} ${fromVersion} → ${toVersion}`, alertLimits.header),
    },
    { type: 'section', text: plainText(facts.because, alertLimits.section) },
    { type: 'section', fields: fields.slice(0, alertLimits.fields) },
    { type: 'section', text: plainText(alertState(facts), alertLimits.section) },
    {
      type: 'context',
      elements: contextOf(facts).map((line) => plainText(line, alertLimits.contextElement)),
    },
    ...buttonOf(facts),
  ]
}

function contextOf(facts: AlertFacts): string[] {
  return [
    `Stopped by ${facts.actorName}`,
    `Opened ${utc(facts.openedAt)}`,
    ...(facts.policyVersion === null ? [] : [`Policy version ${facts.policyVersion}`]),
    facts.candidateLocked ? `${facts.fromVersion} is locked` : `${facts.fromVersion} is not locked`,
    ...(facts.writesDisabled ? ['Writes are disabled'] : []),
    `State at ${utc(facts.at)}`,
  ]
}

function reply(sentence: string, because: string | null, facts: AlertFacts): AlertMessage {
  const whole = because ? `${sentence}: ${because}` : sentence
  const link = linkOf(facts)
  const text = escaped(whole, 1_500)
  return {
    text: link ? `${text}\n${link}` : text,
    blocks: [
      { type: 'section', text: plainText(whole, alertLimits.section) },
      { type: 'context', elements: [plainText(utc(facts.at), alertLimits.contextElement)] },
    ],
  }
}

function switchSentence(facts: AlertFacts): string {
  const { switchStatus, agent, toVersion, appliedAfterMs } = facts
  const after = appliedAfterMs === null ? '' : ` after ${(appliedAfterMs / 1000).toFixed(1)} s`
  switch (switchStatus) {
    case 'requested':
      return `⏳ The switch of ${agent} to ${toVersion} is ordered and not yet seen in force`
    case 'applied':
      return `🔁 All traffic of ${agent} is ordered to ${toVersion}, in force everywhere${after}`
    case 'verified':
      return `🔁 All traffic of ${agent} is on ${toVersion}, seen in the runs themselves${after}`
    case 'failed':
      return `⚠️ The switch of ${agent} to ${toVersion} was not seen in force; it is being retried`
    default:
      return switchStatus satisfies never
  }
}

function recoverySentence({ recovery, agent, toVersion }: AlertFacts): string {
  switch (recovery) {
    case 'verifying':
      return `⏳ Recovery of ${agent} on ${toVersion} is being verified`
    case 'recovered':
      return `✅ Recovered: ${agent} is healthy on ${toVersion}`
    case 'not_recovered':
      return `🚨 Not recovered: ${agent} is still unhealthy on ${toVersion}. Someone has to look`
    case 'inconclusive':
      return `❔ Recovery unproven: there is no evidence that ${agent} is healthy on ${toVersion}`
    default:
      return recovery satisfies never
  }
}

/** Slack refuses a whole message for one bad address, so a bad address costs the link and not the alert. */
function isLinkable(url: string): boolean {
  return url.length <= alertLimits.buttonUrl && /^https?:\/\/[^\s<>|"]+$/.test(url) && URL.canParse(url)
}

/** An address as Slack wants it in a text; null when it is none that Slack takes. */
export function linkTo(url: string): string | null {
  return isLinkable(url) ? url.replaceAll('&', '&amp;') : null
}

function linkOf({ incidentUrl }: AlertFacts): string | null {
  return linkTo(incidentUrl)
}

/** The message with a call to a user group of Slack's, by its id. */
export function withMention(message: AlertMessage, groupId: string): AlertMessage {
  const call = `<!subteam^${groupId}>`
  const block: AlertBlock = { type: 'section', fields: [{ type: 'mrkdwn', text: call, verbatim: true }] }
  return { ...message, text: `${call} ${message.text}`, blocks: [block, ...message.blocks] }
}

/** A sentence by itself. */
export function plainSection(said: string): AlertBlock {
  return { type: 'section', text: plainText(said, alertLimits.section) }
}

/** A sentence in small print. */
export function quietLine(said: string): AlertBlock {
  return { type: 'context', elements: [plainText(said, alertLimits.contextElement)] }
}

function buttonOf({ incidentUrl }: AlertFacts): AlertBlock[] {
  const elements = linkButton('open_incident', 'Open incident', incidentUrl)
  return elements.length === 0 ? [] : [{ type: 'actions', elements }]
}

/** A button that leads to a page; none for an address that Slack does not take. */
export function linkButton(id: string, label: string, url: string): AlertButton[] {
  return isLinkable(url) ? [{ type: 'button', action_id: id, text: plainText(label, 75), url }] : []
}

/** `2026-11-23 03:12:44 UTC`. */
export function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
