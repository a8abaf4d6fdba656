/** Versions that are farther apart than this many edits are not taken for one another. */
const editsMax = 2

/**
 * The registered version that was most likely meant by the one that was sent; null when none is near. Best is one that is
 * the same but for how it is written (`isSameVersion`), then the one with the fewest edits, two at most and fewer than half
 * of the letters; among equals the first of the list.
 */
export function nearestVersion(sent: string, registered: readonly string[]): string | null {
  const same = registered.find((name) => isSameVersion(sent, name))
  if (same !== undefined) return same
  const given = bare(sent)
  let nearest: { name: string; edits: number } | null = null
  for (const name of registered) {
    const other = bare(name)
    const edits = editDistance(given, other, editsMax)
    if (edits > editsMax || edits * 2 >= Math.max(given.length, other.length)) continue
    if (!nearest || edits < nearest.edits) nearest = { name, edits }
  }
  return nearest?.name ?? null
}

/** Whether two names are one version, but for a `v` or `=` before it, upper and lower case, or build metadata after a `+`. */
export function isSameVersion(one: string, other: string): boolean {
  return bare(one) !== '' && bare(one) === bare(other)
}

function bare(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^=?\s*v?(?=\d)/, '')
    .replace(/^=/, '')
    .replace(/\+.*$/, '')
}

/** Letters to insert, delete or change (Levenshtein); more than `most` is told as `most + 1`. */
function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      line.push(Math.min(changed, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1))
    }
    if (Math.min(...line) > most) return most + 1
    above = line
  }
  return Math.min(above[other.length] ?? 0, most + 1)
}
