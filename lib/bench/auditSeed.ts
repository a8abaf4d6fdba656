import type pg from 'pg'

/**
 * A record of so many entries, as a year of 200 agents leaves it: nine of ten are decisions. Written past the commands
 * and all at once, with hashes that nobody computed: the chains do not verify, and no query looks at them.
 */
export async function seedRecord(owner: pg.Client, rows: number): Promise<void> {
  const indexes = await owner.query<{ indexname: string; indexdef: string }>(
    `SELECT indexname, indexdef FROM pg_indexes
     WHERE tablename = 'audit_entry' AND indexname NOT IN
       (SELECT conname FROM pg_constraint WHERE conrelid = 'audit_entry'::regclass)`,
  )
  for (const { indexname } of indexes.rows) await owner.query(`DROP INDEX "${indexname}"`)
  await owner.query(insert, [rows])
  for (const { indexdef } of indexes.rows) await owner.query(indexdef)
  await owner.query('VACUUM ANALYZE audit_entry')
}

/** Some agents are busier than others; of every thousand entries a few are refusals, sign-ins and stops. */
const insert = `
  INSERT INTO audit_entry (chain, seq, at, action, agent, rollout_id, incident_id, actor_kind, actor_id,
                           outcome, reason, body, prev_hash, hash)
  SELECT coalesce(agent, '(system)'), n, timestamptz '2025-11-24' + n * (interval '365 days' / $1::int),
         action, agent, rollout_id, CASE WHEN action IN ('rollout.rollback', 'alert', 'recovery') THEN 'in_' || (n / 5000) END,
         kind, id, outcome, reason,
         json_build_object('chain', coalesce(agent, '(system)'), 'seq', n, 'timestamp', timestamptz '2025-11-24',
           'actor', json_build_object('kind', kind, 'id', id, 'name', 'Somebody ' || id), 'action', action,
           'agent', agent, 'outcome', outcome, 'reason', reason,
           'details', json_build_object('because', repeat('what was seen and why ', 20)))::text,
         md5(n::text) || md5(n::text), md5(n::text || 'x') || md5(n::text || 'x')
  FROM (
    SELECT n,
      CASE WHEN r >= 985 AND r < 992 THEN NULL ELSE 'agent-' || (floor(200 * power(spread, 2)))::int END AS agent,
      CASE WHEN r < 985 THEN 'ro_' || (floor(200 * power(spread, 2)))::int || '_' || n / 50000 END AS rollout_id,
      CASE WHEN r < 900 THEN 'decision' WHEN r < 930 THEN 'alert' WHEN r < 960 THEN 'switch'
           WHEN r < 975 THEN 'rollout.advance' WHEN r < 982 THEN 'rollout.pause' WHEN r < 985 THEN 'rollout.rollback'
           WHEN r < 992 THEN 'sign_in' ELSE 'version.register' END AS action,
      CASE WHEN r < 960 THEN 'policy' WHEN r < 992 THEN 'person' ELSE 'token' END AS kind,
      CASE WHEN r < 960 THEN 'policy' WHEN r < 992 THEN 'pe_' || n % 40 ELSE 'tk_' || n % 12 END AS id,
      CASE WHEN r < 700 THEN 'allow' WHEN r < 890 THEN 'hold' WHEN r < 900 THEN 'stop' WHEN r < 930 THEN 'sent'
           WHEN n % 37 = 0 THEN 'refused' ELSE 'done' END AS outcome,
      CASE WHEN r < 700 THEN NULL WHEN r < 850 THEN 'insufficient_data' WHEN r < 890 THEN 'evidence_rising'
           WHEN r < 898 THEN 'rollback_required' WHEN r < 900 THEN 'error_spike' WHEN n % 37 = 0 THEN 'forbidden' END AS reason
    FROM (SELECT n, (hashint8(n) & 2147483647) % 1000 AS r,
                 (hashint8(n * 7919) & 2147483647) / 2147483648.0 AS spread
          FROM generate_series(1, $1::bigint) n) drawn
  ) made`
