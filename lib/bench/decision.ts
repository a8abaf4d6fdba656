import { columnsOf } from './decision/columns.ts'
import { degradedRows } from './decision/degradedRows.ts'
import { degradedHead, degradedLine } from './decision/degradedTable.ts'
import { healthyRows } from './decision/healthyRows.ts'
import { breaksPromise, healthyHead, healthyLine, stopLines } from './decision/healthyTable.ts'
import { inParallel } from './decision/inParallel.ts'
import type { Job } from './decision/job.ts'
import type { Played } from './decision/play.ts'

/**
 * `npm run bench:decision`: what the observer and the engine make of simulated agents, beside other rules on the same
 * traffic. First candidates that are well, which at most 10 in 1,000 rollouts may stop; then such that are not, and how
 * soon that shows. `ROLLOUTS` is how many a whole row plays, `ROW` is a part of the names of the rows to play; the same
 * number gives the same lines on any machine.
 */

const rollouts = Number(process.env['ROLLOUTS'] ?? 800)
const named = process.env['ROW'] ?? ''
/** A row has at least so many. */
const rolloutsMin = 4
const perJob = 4

interface Row {
  readonly name: string
  readonly part: number
}

say('Candidates as good as their stable: rollouts of 1,000 that were stopped')
const healthyLineOf = columnsOf(healthyHead, namesOf(healthyRows))
say(healthyLineOf(healthyHead))
const healthy = await playAll('healthy', healthyRows, (row, all) => {
  say(healthyLineOf(healthyLine(row, all)))
})
say('')
for (const [row, all] of healthy) for (const line of stopLines(row, all)) say(line)

say('\nCandidates that are worse: seconds until that was seen, median / p95')
const degradedLineOf = columnsOf(degradedHead, namesOf(degradedRows))
say(degradedLineOf(degradedHead))
await playAll('degraded', degradedRows, (row, all) => say(degradedLineOf(degradedLine(row, all))))

const broken = healthy.filter(([row, all]) => breaksPromise(row, all))
for (const [{ name }] of broken) say(`More than 10 in 1,000 were stopped, and not by chance: ${name}`)
process.exitCode = broken.length > 0 ? 1 : 0

/** Plays every row; `told` hears of them in their order, each as soon as it and those before it are over. */
async function playAll<T extends Row>(
  kind: Job['kind'],
  rows: readonly T[],
  told: (row: T, played: readonly Played[]) => void,
): Promise<readonly (readonly [T, readonly Played[]])[]> {
  const wanted = rows.flatMap((row, index) => (row.name.includes(named) ? [{ row, index }] : []))
  const played = wanted.map(({ row }): readonly [T, Played[]] => [row, []])
  let next = 0
  await inParallel(
    wanted.flatMap(({ row, index }) => jobsOf(kind, index, manyOf(row))),
    ({ row }, some) => {
      played[wanted.findIndex(({ index }) => index === row)]?.[1].push(...some)
      for (let each = played[next]; each && each[1].length === manyOf(each[0]); each = played[++next]) {
        each[1].sort((a, b) => a.seed - b.seed)
        told(...each)
      }
    },
  )
  return played
}

function manyOf({ part }: Row): number {
  return Math.max(rolloutsMin, Math.round(rollouts * part))
}

function jobsOf(kind: Job['kind'], row: number, many: number): readonly Job[] {
  return Array.from({ length: Math.ceil(many / perJob) }, (_, k) => ({
    kind,
    row,
    from: 1 + k * perJob,
    many: Math.min(perJob, many - k * perJob),
  }))
}

function namesOf(rows: readonly Row[]): readonly string[] {
  return rows.map(({ name }) => name)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
