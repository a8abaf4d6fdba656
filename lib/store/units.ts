import type { Unit } from '#lib/domain/observation/unit.ts'
import type { Tx } from './transaction.ts'

/** What is known of the conversations of agents: held until the transaction ends, so that two edges count one after the other. */

export interface UnitKey {
  readonly agent: string
  readonly unit: string
}

/** One unit as a key of a map. */
export function unitKey({ agent, unit }: UnitKey): string {
  return JSON.stringify([agent, unit])
}

/**
 * The units that are known of these, by `unitKey`. All of them are locked, also the new ones, in one order: whoever asks
 * for the same one next waits, and nobody waits in a circle.
 */
export async function lockUnits(
  tx: Tx,
  keys: readonly UnitKey[],
  at: Date,
): Promise<ReadonlyMap<string, Unit>> {
  if (keys.length === 0) return new Map()
  const rows = await tx.$queryRaw<
    {
      agent: string
      unit: string
      version: string
      began_at: Date
      runs: number
      bad: string[]
      moved: boolean
    }[]
  >`
    INSERT INTO unit (agent, unit, version, began_at, runs, bad, moved, seen_at)
    SELECT t.agent, t.unit, '', ${at}, 0, '{}', false, ${at}
    FROM unnest(${keys.map((key) => key.agent)}::text[], ${keys.map((key) => key.unit)}::text[]) AS t(agent, unit)
    GROUP BY t.agent, t.unit ORDER BY t.agent, t.unit
    ON CONFLICT (agent, unit) DO UPDATE SET seen_at = greatest(unit.seen_at, excluded.seen_at)
    RETURNING agent, unit, version, began_at, runs, bad, moved`
  return new Map(
    rows
      // A row that this statement made knows nothing yet.
      .filter((row) => row.version !== '')
      .map((row) => [
        unitKey(row),
        {
          version: row.version,
          beganAt: row.began_at.getTime(),
          runs: row.runs,
          bad: row.bad,
          moved: row.moved,
        },
      ]),
  )
}

/** Writes down what is known of them now. */
export async function writeUnits(
  tx: Tx,
  units: readonly (UnitKey & { readonly state: Unit })[],
): Promise<void> {
  if (units.length === 0) return
  await tx.$executeRaw`
    UPDATE unit u SET version = t.version, began_at = t.began_at, runs = t.runs,
      bad = ARRAY(SELECT jsonb_array_elements_text(t.bad)), moved = t.moved
    FROM unnest(
      ${units.map((each) => each.agent)}::text[], ${units.map((each) => each.unit)}::text[],
      ${units.map(({ state }) => state.version)}::text[],
      ${units.map(({ state }) => new Date(state.beganAt).toISOString())}::text[]::timestamptz[],
      ${units.map(({ state }) => state.runs)}::int[],
      ${units.map(({ state }) => JSON.stringify(state.bad))}::text[]::jsonb[],
      ${units.map(({ state }) => state.moved)}::bool[]
    ) AS t(agent, unit, version, began_at, runs, bad, moved)
    WHERE u.agent = t.agent AND u.unit = t.unit`
}
