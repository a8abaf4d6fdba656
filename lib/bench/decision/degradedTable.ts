import { summary } from '../summary.ts'
import type { DegradedRow } from './degradedRows.ts'
import type { Played, Seen } from './play.ts'
import { rivals } from './rivals.ts'

/** How soon somebody saw what was wrong with a candidate. */

export const degradedHead = [
  '',
  '    begins',
  'rollouts',
  'seen',
  'before',
  '         ours',
  'candidate runs',
  '                     by',
  ...rivals.map((rival) => rival.padStart(12)),
]

/** What ours answered: the stop, or the hold where that is the right answer. */
function answered(row: DegradedRow, { stop, hold }: Played): (Seen & { readonly by: string }) | null {
  if (row.isHeld && hold && hold.afterS >= 0) return { ...hold, by: hold.reason }
  return stop ? { ...stop, by: stop.question } : null
}

export function degradedLine(row: DegradedRow, played: readonly Played[]): readonly string[] {
  const ours = played.flatMap((each) => answered(row, each) ?? [])
  const after = ours.filter(({ afterS }) => afterS >= 0)
  const both = (values: readonly number[]) => {
    if (values.length === 0) return '–'
    const { p50, p95 } = summary(values)
    return `${p50.toFixed(0)} / ${values.length < played.length * 0.95 ? '–' : p95.toFixed(0)}`
  }
  return [
    row.name,
    row.begins,
    String(played.length),
    `${((100 * after.length) / played.length).toFixed(0)} %`,
    String(ours.length - after.length),
    both(after.map(({ afterS }) => afterS)),
    both(after.map(({ runs }) => runs)),
    mostOften(after.map(({ by }) => by)),
    ...rivals.map((rival) =>
      rivalCell(
        played.flatMap((each) => each.rivals[rival] ?? []),
        played.length,
        both,
      ),
    ),
  ]
}

/** A rule that stopped most of the rollouts before there was anything to see has seen nothing. */
function rivalCell(seen: readonly Seen[], of: number, both: (values: readonly number[]) => string): string {
  const after = seen.filter(({ afterS }) => afterS >= 0)
  return seen.length - after.length > of / 2 ? 'too early' : both(after.map(({ afterS }) => afterS))
}

function mostOften(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '–'
}
