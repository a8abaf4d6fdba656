/** Lines of a table, aligned, one at a time: the first column to the left, the others to the right. */
export function columnsOf(head: readonly string[], names: readonly string[]) {
  const widths = head.map((cell, index) => Math.max(cell.length, index === 0 ? widest(names) : cellMin))
  return (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[index] ?? 0) + 2),
      )
      .join('')
}

const cellMin = 5

function widest(cells: readonly string[]): number {
  return Math.max(...cells.map((cell) => cell.length))
}
