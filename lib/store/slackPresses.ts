import type { Prisma, PrismaClient, SlackAsk, SlackButton } from './generated/client.ts'
import { enqueue } from './jobs.ts'
import { inTransaction, type Tx } from './transaction.ts'

/** Messages that ask people for something, their buttons, and the presses of these. */

/** How long whoever took a press in has to do it, before the guard does. */
const ownMs = 1_500

/** Writes a press down, and owes what follows from it. Answers its id; that of the first when it came before. */
export async function takeIn(
  db: PrismaClient,
  press: Omit<Prisma.SlackPressCreateManyInput, 'pressedAt'>,
  now: Date,
): Promise<string> {
  return await inTransaction(db, async (tx) => {
    const { count } = await tx.slackPress.createMany({
      data: [{ ...press, pressedAt: now }],
      skipDuplicates: true,
    })
    if (count === 0) {
      return (await tx.slackPress.findUniqueOrThrow({ where: { onceKey: press.onceKey } })).id
    }
    await enqueue(tx, 'press', { pressId: press.id }, { at: new Date(now.getTime() + ownMs) })
    return press.id
  })
}

/** Writes down what a message asks for, and its buttons. */
export async function createAsk(
  tx: Tx,
  ask: {
    readonly key: string
    readonly approvalId?: string
    readonly rolloutId?: string
    readonly expiresAt: Date
    readonly verbs: readonly string[]
  },
  newId: (kind: string) => string,
): Promise<void> {
  const { verbs, ...row } = ask
  const buttons = verbs.map((verb) => ({ id: newId('bt'), verb }))
  await tx.slackAsk.create({ data: { ...row, buttons: { create: buttons } } })
}

export type AskRow = SlackAsk & { readonly buttons: readonly SlackButton[] }

export async function findAsk(db: PrismaClient | Tx, key: string): Promise<AskRow | null> {
  return await db.slackAsk.findUnique({ where: { key }, include: { buttons: true } })
}

/** The messages that still ask for what is over: they are made to say what became of it. */
export async function overAsks(db: PrismaClient, now: Date): Promise<string[]> {
  const rows = await db.$queryRaw<{ key: string }[]>`
    SELECT k.key FROM slack_ask k
    LEFT JOIN approval a ON a.id = k.approval_id
    LEFT JOIN rollout r ON r.id = k.rollout_id
    WHERE k.closed_at IS NULL
      AND (k.expires_at <= ${now} OR a.status <> 'waiting' OR r.phase IN ('rolled_back', 'completed'))`
  return rows.map(({ key }) => key)
}

/** Presses that nobody did yet, and those of which nobody was told yet. */
export async function owedPresses(
  db: PrismaClient,
  takenBefore: Date,
): Promise<{ todo: string[]; untold: string[] }> {
  const rows = await db.slackPress.findMany({
    where: { toldAt: null, pressedAt: { lt: takenBefore } },
    select: { id: true, doneAt: true },
  })
  const ids = (isDone: boolean) =>
    rows.filter(({ doneAt }) => (doneAt !== null) === isDone).map(({ id }) => id)
  return { todo: ids(false), untold: ids(true) }
}
