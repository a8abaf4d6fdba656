import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { type Checkpoint, isCheckpointDue, type SignedCheckpoint } from '#lib/domain/checkpoint.ts'
import { paths } from '#lib/paths.ts'
import { newestCheckpoint, readHeads, wasWrittenSince } from '#lib/store/checkpoints.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { oweNotice } from '../alert/owe.ts'
import { command, type Context } from '../command.ts'
import { done, unchanged } from '../outcome.ts'
import type { RecordKey } from './recordKey.ts'

/**
 * Signs how far every chain has come, when that is due, and owes the line in Slack. Answers the checkpoint, or null when
 * none is due. Two guards at once make one.
 */
export const makeCheckpoint = (key: RecordKey) =>
  command({
    name: 'checkpoint.make',
    capability: 'audit.read',
    input: z.object({}),
    agent: () => undefined,
    async run(tx, _input, context) {
      const last = await newestCheckpoint(tx)
      const written = await wasWrittenSince(tx, last?.position ?? 0n)
      if (!isCheckpointDue(last?.at ?? null, written, context.now)) return unchanged(null)

      const { heads, position } = await readHeads(tx)
      const checkpoint: Checkpoint = {
        kind: 'checkpoint',
        number: (last?.number ?? 0) + 1,
        at: context.now.toISOString(),
        entries: heads.reduce((sum, head) => sum + head.seq, 0),
        heads,
        previous: last?.digest ?? null,
        key: key.published.key,
      }
      const body = canonicalize(checkpoint) ?? ''
      const digest = createHash('sha256').update(body).digest('hex')
      const signature = key.sign(body)
      await tx.auditCheckpoint.create({
        data: {
          number: checkpoint.number,
          at: context.now,
          position,
          body,
          digest,
          signature,
          publicKey: key.published.public,
        },
      })
      await tell(tx, checkpoint, digest, context)
      const signed: SignedCheckpoint = { ...checkpoint, signature }
      return done(signed, {
        action: 'checkpoint.make',
        outcome: 'made',
        details: { number: checkpoint.number, entries: checkpoint.entries, digest, key: checkpoint.key },
      })
    },
  })

/** The first of a day is a message; the others stand in its thread, where they disturb nobody. */
async function tell(tx: Tx, checkpoint: Checkpoint, digest: string, context: Context): Promise<void> {
  const day = `checkpoints:${checkpoint.at.slice(0, 10)}`
  const isFirst = (await tx.delivery.findUnique({ where: { onceKey: day } })) === null
  const text =
    `Record checkpoint ${checkpoint.number}: ${checkpoint.entries} entries in ${checkpoint.heads.length} chains, ` +
    `sha256 ${digest}, key ${checkpoint.key}.`
  const onceKey = isFirst ? day : `checkpoint:${checkpoint.number}`
  const facts = { text, path: paths.audit(), ...(isFirst ? {} : { threadOf: day }) }
  await oweNotice(tx, { onceKey, kind: 'checkpoint', facts }, context)
}
