import { everyAgent } from '#lib/domain/killSwitch.ts'
import { heldButtonMs } from '#lib/domain/slackAsk.ts'
import { paths } from '#lib/paths.ts'
import type { Approval as ApprovalRow } from '#lib/store/generated/client.ts'
import type { RolloutState } from '#lib/store/rollouts.ts'
import { createAsk } from '#lib/store/slackPresses.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { currentStage } from '#lib/domain/rollout.ts'
import { oweNotice } from '../alert/owe.ts'
import type { Context } from '../command.ts'

/** Owes the messages that ask people for something, in the transaction of the asking. */

/** Somebody asks for a second person. What takes a recent sign-in has no buttons: Slack cannot prove one. */
export async function oweApproval(
  tx: Tx,
  row: ApprovalRow,
  takesStepUp: boolean,
  context: Context,
): Promise<void> {
  const key = approvalAskKey(row.id)
  const verbs = takesStepUp ? [] : (['approve', 'reject'] as const)
  await createAsk(tx, { key, approvalId: row.id, expiresAt: row.expiresAt, verbs }, context.newId)
  const agent = row.agent === everyAgent ? '' : row.agent
  const facts = { text: row.title, path: paths.approvals(), agent }
  await oweNotice(tx, { onceKey: key, kind: 'approval', facts, channel: await channelOf(tx, agent) }, context)
}

export const approvalAskKey = (approvalId: string) => `approval:${approvalId}`

/** A limit is breached for which the policy asks a person: said once a stage. */
export async function oweHeld(
  tx: Tx,
  { rollout }: Pick<RolloutState, 'rollout'>,
  because: string,
  context: Context,
): Promise<void> {
  const stage = currentStage(rollout).name
  const key = `held:${rollout.id}:${rollout.stageIndex}`
  if (await tx.slackAsk.findUnique({ where: { key } })) return
  const expiresAt = new Date(context.now.getTime() + heldButtonMs)
  await createAsk(tx, { key, rolloutId: rollout.id, expiresAt, verbs: ['roll_back'] }, context.newId)
  const facts = { text: because, path: paths.rollout(rollout.agent, rollout.id), agent: rollout.agent, stage }
  const channel = await channelOf(tx, rollout.agent)
  await oweNotice(tx, { onceKey: key, kind: 'held', facts, channel }, context)
}

/** Somebody broke the glass: loud, because nobody else was asked. */
export async function oweBrokenGlass(tx: Tx, row: ApprovalRow, context: Context): Promise<void> {
  const text =
    `${context.actor.name} broke the glass for ${row.agent}: ${row.title}, without a second person. ` +
    `Why: ${row.reason}. The incident has to be reviewed.`
  const facts = { text, path: paths.incidents(), agent: row.agent }
  const channel = await channelOf(tx, row.agent)
  await oweNotice(tx, { onceKey: `glass:${row.id}`, kind: 'glass_broken', facts, channel }, context)
}

/** The channel of the agent; null for that of the installation. */
async function channelOf(tx: Tx, agent: string): Promise<string | null> {
  return (await tx.agent.findUnique({ where: { name: agent } }))?.alertChannel ?? null
}
