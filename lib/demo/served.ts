/** Which version ran how many turns. */
export interface Served {
  count(version: string): void
  /** In all, by version. */
  total(): Readonly<Record<string, number>>
  /** In the last ten seconds, by version. */
  lately(): Readonly<Record<string, number>>
}

const latelyMs = 10_000

export function countServed(now: () => number): Served {
  const total: Record<string, number> = {}
  const recent: { at: number; version: string }[] = []
  const forget = () => {
    const since = now() - latelyMs
    while (recent[0] && recent[0].at < since) recent.shift()
  }
  return {
    count(version) {
      total[version] = (total[version] ?? 0) + 1
      recent.push({ at: now(), version })
      forget()
    },
    total: () => ({ ...total }),
    lately() {
      forget()
      const counts: Record<string, number> = {}
      for (const { version } of recent) counts[version] = (counts[version] ?? 0) + 1
      return counts
    },
  }
}
