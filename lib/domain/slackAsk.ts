import {
  type AlertBlock,
  type AlertButton,
  type AlertMessage,
  field,
  linkButton,
  linkTo,
  plainSection,
  plainText,
  quietLine,
  utc,
} from './alert.ts'
import { alertLimits, escaped } from './alertText.ts'
import type { ApprovalStatus } from './approval.ts'

/** Messages in Slack that ask people for something: with buttons while they ask, with the outcome after. */

export const pressVerbs = ['approve', 'reject', 'roll_back'] as const
export type PressVerb = (typeof pressVerbs)[number]

/** How long a stage held by a limit that asks a person can be rolled back by the button; then the panel is the way. */
export const heldButtonMs = 24 * 60 * 60_000

/** Where somebody writes why: the names by which Slack gives it back. */
export const reasonField = { block: 'why', action: 'reason', charactersMax: 2_000 } as const

/** A button's identity by its verb. Empty where Slack's buttons do not reach us, or there is nothing to press. */
export type Buttons = Readonly<Partial<Record<PressVerb, string>>>

export interface ApprovalAsk {
  /** Empty when it is about every agent. */
  readonly agent: string
  readonly title: string
  readonly askedBy: string
  readonly reason: string
  readonly before: string
  readonly after: string
  /** Empty where it may hold what people wrote about an incident: that stays in the panel. */
  readonly evidence: readonly string[]
  readonly status: ApprovalStatus
  readonly endedBy: string
  readonly endedBecause: string | null
  readonly expiresAt: Date
  readonly url: string
  readonly buttons: Buttons
}

/** What waits for a second person; or what became of it, in the same place. */
export function approvalMessage(ask: ApprovalAsk): AlertMessage {
  const what = ask.agent === '' ? ask.title : `${ask.title} (${ask.agent})`
  const state = stateOf(ask)
  const open: AlertBlock = { type: 'actions', elements: linkButton('open', 'Open approvals', ask.url) }
  if (ask.status !== 'waiting') {
    return {
      text: textOf(`${state} ${what}`, ask.url),
      blocks: [
        header(`${state}: ${ask.title}`),
        plainSection(`${ask.askedBy} asked: ${ask.reason}`),
        ...(ask.endedBecause ? [plainSection(ask.endedBecause)] : []),
        quietLine(ask.agent === '' ? 'Every agent' : ask.agent),
      ],
    }
  }
  const asked = `${ask.askedBy} asks for a second person: ${ask.reason}`
  return {
    text: textOf(`✋ ${what}. ${asked}`, ask.url),
    blocks: [
      header(`✋ Approve? ${ask.title}`),
      plainSection(asked),
      {
        type: 'section',
        fields: [
          field('Agent', ask.agent === '' ? 'every agent' : ask.agent),
          field('Now', ask.before),
          field('If approved', ask.after),
          field('Lapses', utc(ask.expiresAt)),
        ],
      },
      ...evidenceOf(ask.evidence),
      ...(ask.buttons.approve && ask.buttons.reject
        ? [reasonBlock('Why (a rejection takes it)'), actionsOf(ask)]
        : [
            quietLine('This is decided in the panel'),
            ...('elements' in open && open.elements.length ? [open] : []),
          ]),
    ],
  }
}

function stateOf({ status, endedBy }: ApprovalAsk): string {
  switch (status) {
    case 'waiting':
      return '✋ Waits'
    case 'approved':
      return `✅ Approved by ${endedBy}`
    case 'rejected':
      return `⛔ Rejected by ${endedBy}`
    case 'cancelled':
      return `↩️ Taken back by ${endedBy}`
    case 'expired':
      return '⌛ Expired'
    case 'lapsed':
      return '⌛ Lapsed'
    default:
      return status satisfies never
  }
}

function actionsOf({ title, after, url, buttons }: ApprovalAsk): AlertBlock {
  const { approve = '', reject = '' } = buttons
  return {
    type: 'actions',
    elements: [
      pressButton('approve', approve, 'Approve', 'primary', `${title}?`, after),
      pressButton('reject', reject, 'Reject', 'danger', `Reject: ${title}?`, 'Nothing is done.'),
      ...linkButton('open', 'Open approvals', url),
    ],
  }
}

export interface HeldAsk {
  readonly agent: string
  readonly candidate: string
  readonly stable: string
  readonly stage: string
  /** Why it is held, as the decision says it. */
  readonly because: string
  /** What became of it: null while it waits for a person. */
  readonly ended: { readonly kind: 'rolled_back' | 'completed' | 'over'; readonly by: string } | null
  readonly url: string
  readonly buttons: Buttons
}

/** A limit is breached for which the policy asks a person: nothing moves until somebody decides. */
export function heldMessage(ask: HeldAsk): AlertMessage {
  const { agent, candidate, stable, stage, because, ended, url, buttons } = ask
  const what = `${agent} ${candidate} is held at ${stage}`
  if (ended) {
    const state = heldState(ended)
    return {
      text: textOf(`${state}: ${what}`, url),
      blocks: [header(`${state}: ${agent} ${candidate}`), plainSection(because), quietLine(what)],
    }
  }
  const roll =
    buttons.roll_back === undefined
      ? []
      : [
          pressButton(
            'roll_back',
            buttons.roll_back,
            'Roll back now',
            'danger',
            `Roll back to ${stable}?`,
            `${stable} gets all traffic; ${candidate} is locked.`,
          ),
        ]
  const elements = [...roll, ...linkButton('open', 'Open rollout', url)]
  return {
    text: textOf(`⚠️ ${what}: a limit asks a person. ${because}`, url),
    blocks: [
      header(`⚠️ A person has to decide: ${agent} ${candidate}`),
      plainSection(because),
      plainSection(`It stays at ${stage} and does not go on. Roll back to ${stable}, or look at it first.`),
      ...(roll.length > 0 ? [reasonBlock('Why (for the record)')] : []),
      ...(elements.length > 0 ? [{ type: 'actions' as const, elements }] : []),
    ],
  }
}

function heldState({ kind, by }: NonNullable<HeldAsk['ended']>): string {
  switch (kind) {
    case 'rolled_back':
      return `🛑 Rolled back by ${by}`
    case 'completed':
      return '✅ The rollout went to its end'
    case 'over':
      return '⌛ The button is too old: decide in the panel'
    default:
      return kind satisfies never
  }
}

function textOf(said: string, url: string): string {
  return [escaped(said, 1_500), linkTo(url)].filter((line) => line !== null).join('\n')
}

function header(said: string): AlertBlock {
  return { type: 'header', text: plainText(said, alertLimits.header) }
}

const evidenceMax = { lines: 10, characters: 250 }

/** One line each, as they were at the asking. */
function evidenceOf(lines: readonly string[]): AlertBlock[] {
  if (lines.length === 0) return []
  const text = lines
    .slice(0, evidenceMax.lines)
    .map((line) => escaped(line, evidenceMax.characters))
    .join('\n')
  return [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }]
}

function reasonBlock(label: string): AlertBlock {
  return {
    type: 'input',
    block_id: reasonField.block,
    optional: true,
    label: plainText(label, 2_000),
    element: {
      type: 'plain_text_input',
      action_id: reasonField.action,
      max_length: reasonField.charactersMax,
    },
  }
}

function pressButton(
  verb: PressVerb,
  value: string,
  label: string,
  style: 'primary' | 'danger',
  title: string,
  effect: string,
): AlertButton {
  return {
    type: 'button',
    action_id: verb,
    text: plainText(label, 75),
    value,
    style,
    confirm: {
      title: plainText(title, 100),
      text: plainText(effect, 300),
      confirm: plainText(label, 30),
      deny: plainText('Cancel', 30),
    },
  }
}
