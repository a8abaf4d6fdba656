import type { Run, ToolUse } from '#lib/telemetry/run.ts'
import type { CountedRun, RunChange } from '#lib/telemetry/runChanges.ts'
import type { Rung } from '#lib/telemetry/version.ts'
import type { NewRun, RunRow } from '#lib/store/newRuns.ts'

/** A change of a run as its row is written. */
export function rowOf({ kind, run, receivedAt, foldedInto }: RunChange, now: Date): NewRun {
  const { rolloutId: _, insideOf, ...same } = run
  return {
    ...same,
    version: run.version ?? '',
    tools: run.tools.map((tool) => ({ ...tool })),
    unpriced: run.unpriced.map((each) => ({ ...each })),
    ...(insideOf ? { insideOf: { ...insideOf } } : {}),
    attributes: { ...run.attributes },
    receivedAt,
    foldedInto,
    amendedAt: kind === 'new' ? null : now,
  }
}

/** The run that a row tells of. It was written from one. */
export function countedRun(row: RunRow): CountedRun {
  const { receivedAt, foldedInto, turn: _, unitBeganAt: __, amendedAt: ___, ...same } = row
  return {
    run: {
      ...same,
      version: row.version === '' ? null : row.version,
      rung: row.rung as Rung,
      rolloutId: null,
      tools: row.tools as unknown as readonly ToolUse[],
      unpriced: row.unpriced as unknown as Run['unpriced'],
      insideOf: row.insideOf as Run['insideOf'],
      attributes: row.attributes as Run['attributes'],
    },
    receivedAt,
    foldedInto,
  }
}
