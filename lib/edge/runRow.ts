import type { Run, ToolUse } from '#lib/telemetry/run.ts'
import type { CountedRun, RunChange } from '#lib/telemetry/runChanges.ts'
import type { Rung } from '#lib/telemetry/version.ts'
import type { NewRun, RunRow } from '#lib/store/newRuns.ts'

/** A change of a run as its row is written. */
export function rowOf({ kind, run, receivedAt, foldedInto }: RunChange, now: Date, voted: boolean): NewRun {
  const { rolloutId: _, insideOf, ...same } = run
  return {
    ...same,
    version: run.version ?? '',
    tools: run.tools.map((tool) => ({ ...tool })),
    ...(insideOf ? { insideOf: { ...insideOf } } : {}),
    attributes: { ...run.attributes },
    receivedAt,
    voted,
    foldedInto,
    amendedAt: kind === 'new' ? null : now,
  }
}

/** The run that a row tells of. It was written from one. */
export function countedRun(row: RunRow): CountedRun {
  const { receivedAt, foldedInto, voted: _, amendedAt: __, ...same } = row
  return {
    run: {
      ...same,
      version: row.version === '' ? null : row.version,
      rung: row.rung as Rung,
      rolloutId: null,
      tools: row.tools as unknown as readonly ToolUse[],
      insideOf: row.insideOf as Run['insideOf'],
      attributes: row.attributes as Run['attributes'],
    },
    receivedAt,
    foldedInto,
  }
}
