import 'server-only'
import { z } from 'zod'
import { type Actor, systemActor } from '#lib/domain/actor.ts'
import { everyAgent } from '#lib/domain/killSwitch.ts'
import type { PressVerb } from '#lib/domain/slackAsk.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient, SlackAsk, SlackButton, SlackPress } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { decideApproval } from '../approval/decide.ts'
import { command } from '../command.ts'
import { done, type Outcome, unchanged } from '../outcome.ts'
import { personActor } from '../people/person.ts'
import { rollBack } from '../rollout/rollBack.ts'

interface Parts {
  readonly db?: PrismaClient
  readonly now?: Date
}

interface Done {
  readonly outcome: 'done' | 'refused'
  /** What the person is told besides what the message will say; null when that says it all. */
  readonly said: string | null
}

const inPanel = 'Do it in the panel.'

/**
 * Does what was pressed, as the person whom the Slack account belongs to: their roles, the separation of duties and the
 * state of the world are asked now. Done again it changes nothing.
 */
export async function doPress(
  pressId: string,
  { db = database(), now = new Date() }: Parts = {},
): Promise<void> {
  const press = await db.slackPress.findUnique({ where: { id: pressId } })
  if (!press || press.doneAt) return
  const button = await db.slackButton.findUnique({ where: { id: press.buttonId }, include: { ask: true } })
  const person = await db.person.findUnique({
    where: { slackUserId: press.slackUserId },
    include: { grants: true },
  })
  const actor = person && !person.disabledAt ? personActor(person) : null
  const result = await act(press, button, actor, { db, now })
  await settlePress({ pressId, ...result }, actor ?? systemActor, { db, now })
}

async function act(
  press: SlackPress,
  button: (SlackButton & { ask: SlackAsk }) | null,
  actor: Actor | null,
  { db, now }: Required<Parts>,
): Promise<Done> {
  if (!button)
    return refused('Switchback knows no such button. It may be from before its data was made anew.')
  if (!actor) {
    return refused(
      `Your Slack account (${press.slackUserId}) belongs to nobody in Switchback. An administrator can enter it under ` +
        'Settings, People.',
    )
  }
  if (button.usedAt) return refused('This button was used already.')
  if (now >= button.ask.expiresAt) return refused(`The time of this button is over. ${inPanel}`)
  const { approvalId, rolloutId } = button.ask
  const options = { db, now, idempotencyKey: `slack:${press.id}` }
  const reason = press.reason === null ? {} : { reason: press.reason }
  const verb = button.verb as PressVerb
  switch (verb) {
    case 'approve':
      return said(await decideApproval({ approvalId, verdict: 'approve', ...reason }, actor, options))
    case 'reject':
      if (press.reason === null) return refused('A rejection takes a reason: write it into the field first.')
      return said(await decideApproval({ approvalId, verdict: 'reject', ...reason }, actor, options))
    case 'roll_back': {
      const outcome = await rollBack({ rolloutId, ...reason }, actor, options)
      if (outcome.ok && outcome.value.alreadyRolledBack) {
        return { outcome: 'done', said: 'It was rolled back already; nothing was executed again.' }
      }
      return said(outcome)
    }
    default:
      return verb satisfies never
  }
}

const refused = (because: string): Done => ({ outcome: 'refused', said: because })

function said(outcome: Outcome<unknown>): Done {
  if (outcome.ok) return { outcome: 'done', said: null }
  const { code, because } = outcome.refusal
  const isForPanel = code === 'step_up' || code === 'approval_needed'
  return refused(isForPanel ? `${because}. ${inPanel}` : `${because}.`)
}

/** Writes down what a press came to, once, and owes the word of it. */
const settlePress = command({
  name: 'slack.press',
  capability: null,
  input: z.object({ pressId: z.string(), outcome: z.enum(['done', 'refused']), said: z.string().nullable() }),
  agent: () => undefined,
  async run(tx, { pressId, outcome, said: words }, { now }) {
    const settled = await tx.slackPress.updateMany({
      where: { id: pressId, doneAt: null },
      data: { doneAt: now, outcome, said: words },
    })
    if (settled.count === 0) return unchanged(null)
    const press = await tx.slackPress.findUniqueOrThrow({ where: { id: pressId } })
    const button = await tx.slackButton.findUnique({ where: { id: press.buttonId }, include: { ask: true } })
    if (button && outcome === 'done') {
      await tx.slackButton.updateMany({ where: { id: button.id, usedAt: null }, data: { usedAt: now } })
    }
    await enqueue(tx, 'answer', { pressId }, { at: now })
    return done(null, {
      action: 'slack.press',
      outcome,
      ...(await subjectOf(tx, button?.ask)),
      details: {
        press: pressId,
        button: button?.verb ?? null,
        slack_user: press.slackUserId,
        because: words,
      },
    })
  },
})

/** What the button was about, for the record. */
async function subjectOf(tx: Tx, ask: SlackAsk | undefined): Promise<{ agent?: string; rollout?: string }> {
  const approval = ask?.approvalId ? await tx.approval.findUnique({ where: { id: ask.approvalId } }) : null
  const rolloutId = ask?.rolloutId ?? approval?.rolloutId ?? null
  const rollout = rolloutId ? await tx.rollout.findUnique({ where: { id: rolloutId } }) : null
  const agent = rollout?.agent ?? approval?.agent
  return {
    ...(agent === undefined || agent === everyAgent ? {} : { agent }),
    ...(rollout ? { rollout: rollout.id } : {}),
  }
}
