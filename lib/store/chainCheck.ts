import type { PrismaClient } from './generated/client.ts'

/** What was found of one chain of the record. */
export interface ChainCheck {
  readonly entries: number
  /** How many of them, counted from the newest, were hashed again. */
  readonly checked: number
  /** The first entry that does not fit its hash, the one before it, or the chain's end; null where all do. */
  readonly brokenSeq: number | null
  readonly checkpoint: { readonly number: number; readonly fits: boolean } | null
}

/**
 * Hashes the newest entries of a chain again, as many as `max`, and holds them against the newest checkpoint that names
 * the chain. The signature of the checkpoint is for whoever has the key: see lib/record.
 */
export async function checkChain(db: PrismaClient, chain: string, max: number): Promise<ChainCheck> {
  const [found, saw] = await Promise.all([walk(db, chain, max), newestSeen(db, chain)])
  const fits =
    saw !== null &&
    (await db.auditEntry.count({ where: { chain, seq: BigInt(saw.seq), hash: saw.hash } })) === 1
  return { ...found, checkpoint: saw && { number: saw.number, fits } }
}

async function walk(db: PrismaClient, chain: string, max: number): Promise<Omit<ChainCheck, 'checkpoint'>> {
  const rows = await db.$queryRaw<{ entries: bigint; checked: bigint; broken: bigint | null }[]>`
    WITH newest AS (
      SELECT seq, prev_hash, hash, body FROM audit_entry WHERE chain = ${chain} ORDER BY seq DESC LIMIT ${max}),
    judged AS (
      SELECT seq,
        hash = encode(sha256(convert_to(prev_hash || body, 'UTF8')), 'hex')
        AND prev_hash = coalesce(lag(hash) OVER w, CASE WHEN seq = 1 THEN repeat('0', 64) ELSE prev_hash END)
        AND seq = coalesce(lag(seq) OVER w + 1, seq) AS holds
      FROM newest WINDOW w AS (ORDER BY seq)),
    chain_end AS (SELECT seq, hash FROM audit_chain WHERE chain = ${chain})
    SELECT coalesce((SELECT seq FROM chain_end), 0) AS entries,
      (SELECT count(*) FROM judged) AS checked,
      coalesce(
        (SELECT min(seq) FROM judged WHERE NOT holds),
        (SELECT e.seq FROM chain_end e WHERE e.seq > 0 AND NOT EXISTS (
          SELECT 1 FROM newest n WHERE n.seq = e.seq AND n.hash = e.hash))) AS broken`
  const row = rows[0]
  return {
    entries: Number(row?.entries ?? 0),
    checked: Number(row?.checked ?? 0),
    brokenSeq: row && row.broken !== null ? Number(row.broken) : null,
  }
}

async function newestSeen(
  db: PrismaClient,
  chain: string,
): Promise<{ number: number; seq: number; hash: string } | null> {
  const newest = await db.auditCheckpoint.findFirst({ orderBy: { number: 'desc' } })
  if (!newest) return null
  const { heads } = JSON.parse(newest.body) as { heads: { chain: string; seq: number; hash: string }[] }
  const head = heads.find((each) => each.chain === chain)
  return head ? { number: newest.number, seq: head.seq, hash: head.hash } : null
}
