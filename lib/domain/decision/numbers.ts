/** Numbers as sentences write them: the same everywhere, whatever the machine's language. */

/** Whole, with a comma between thousands: 1,979. */
export function grouped(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** One decimal below 1,000, two below 0.1, none where they would be zero: 7.3, 0.05, 22, 1,979. */
export function decimal(value: number): string {
  if (value >= 1000) return grouped(Math.round(value))
  return String(Number(value.toFixed(value < 0.1 ? 2 : 1)))
}

/** Grouped, with its noun: 1 run, 180 runs. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** How many to one, rounded down; what no person needs to tell apart is one number. */
export function toOne(evidence: number): string {
  if (evidence > 1e6) return 'over 1,000,000 to 1'
  return `${evidence < 10 ? Math.floor(evidence * 10) / 10 : grouped(evidence)} to 1`
}

/** latency, cost and errors. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
