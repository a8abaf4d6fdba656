/** What the instances acknowledge of a revision: how many decide by it, and who cannot be counted on. */

/** Heard so lately an instance that has not applied a revision is about to. */
export const pendingMs = 15_000

/** After so long without a report an instance is no longer counted: its process is taken for gone. */
export const forgottenMs = 3_600_000

/** Clocks that count a lease run alike to this part. */
const clockAllowance = 1.01

export interface Place {
  readonly epoch: number
  readonly rev: number
}

/** What is waited for. `fences`: an instance whose lease ran out stands as if it had it. */
export interface Order extends Place {
  readonly fences: boolean
}

/** An instance as it last reported. Times are milliseconds since 1970, by Switchback's clock. */
export interface Reported extends Place {
  readonly id: string
  readonly host: string | null
  readonly heardAt: number
  /** The lease that its last report was granted; 0 when none was. */
  readonly leaseMs: number
  /** When it was first heard to decide by the revision in question or a later one; null when it was not. */
  readonly ackedAt: number | null
  readonly nack: { readonly epoch: number | null; readonly rev: number | null; readonly error: string } | null
  /** Turns that run, by version. */
  readonly inflight: Readonly<Record<string, number>>
}

/**
 * `switched`: decides by the revision. `rejected`: refused it and says so. `pending`: heard lately. `silent`: not heard,
 * so it may decide by the table before. `fenced`: silent for longer than its lease, so it draws no candidate by itself. A
 * kill switch that is not strict has no such bound: what was allowed stays allowed to whoever has not heard of the deny.
 */
export type AckClass = 'switched' | 'rejected' | 'pending' | 'silent' | 'fenced'

export function classOf(instance: Reported, order: Order, now: number): AckClass {
  if (compare(instance, order) >= 0) return 'switched'
  const { nack } = instance
  if (
    nack &&
    (nack.epoch === null || nack.rev === null || compare({ epoch: nack.epoch, rev: nack.rev }, order) >= 0)
  )
    return 'rejected'
  const silentMs = now - instance.heardAt
  if (silentMs < pendingMs) return 'pending'
  return order.fences && instance.leaseMs > 0 && silentMs > instance.leaseMs * clockAllowance
    ? 'fenced'
    : 'silent'
}

/** A revision as the instances have it. Milliseconds are since the order; null while nobody acknowledged. */
export interface Acks extends Readonly<Record<AckClass, number>> {
  readonly of: number
  readonly firstMs: number | null
  /** Half of those that switched had by then. */
  readonly p50Ms: number | null
  readonly lastMs: number | null
  /** Nobody is pending, silent or rejects it. Also so when nobody reports at all. */
  readonly complete: boolean
  /** Since when the one that is silent for longest was not heard. */
  readonly silentSince: number | null
  /** When the last of the silent will have fenced itself; null when one has no lease, or nobody is silent. */
  readonly fencedAt: number | null
  /** Turns that run, by version. */
  readonly inflight: Readonly<Record<string, number>>
}

/** When the lease of its last report will have run out by any clock. */
export function leaseEnd({ heardAt, leaseMs }: Pick<Reported, 'heardAt' | 'leaseMs'>): number {
  return Math.ceil(heardAt + leaseMs * clockAllowance)
}

/** Why an instance cannot be taken off the list now; null when it can. It comes back with its next report. */
export function whyNotForget(instance: Pick<Reported, 'heardAt'>, now: number): string | null {
  return now - instance.heardAt < pendingMs ? 'It was heard within the last 15 seconds' : null
}

/** What all instances together acknowledge of a revision that was ordered at this time. */
export function acksOf(instances: readonly Reported[], order: Order, orderedAt: number, now: number): Acks {
  const classed = instances.map((instance) => ({ instance, is: classOf(instance, order, now) }))
  const count = (is: AckClass) => classed.filter((each) => each.is === is).length
  const took = classed
    .flatMap(({ instance, is }) =>
      is === 'switched' ? [(instance.ackedAt ?? instance.heardAt) - orderedAt] : [],
    )
    .map((ms) => Math.max(0, ms))
    .sort((a, b) => a - b)
  const silent = classed.filter(({ is }) => is === 'silent').map(({ instance }) => instance)
  const isBounded = order.fences && silent.length > 0 && silent.every(({ leaseMs }) => leaseMs > 0)
  return {
    of: instances.length,
    switched: count('switched'),
    rejected: count('rejected'),
    pending: count('pending'),
    silent: silent.length,
    fenced: count('fenced'),
    firstMs: took[0] ?? null,
    p50Ms: took[Math.ceil(took.length / 2) - 1] ?? null,
    lastMs: took.at(-1) ?? null,
    complete: classed.every(({ is }) => is === 'switched' || is === 'fenced'),
    silentSince: silent.length > 0 ? Math.min(...silent.map(({ heardAt }) => heardAt)) : null,
    fencedAt: isBounded ? Math.max(...silent.map(leaseEnd)) : null,
    inflight: sumOf(instances.map(({ inflight }) => inflight)),
  }
}

/** `41 of 42 instances switched; 1 silent since 15:42:10`. Times of day are UTC. */
export function ackSentence(acks: Acks): string {
  if (acks.of === 0) return 'No instance reports'
  const rest = (['rejected', 'pending', 'silent', 'fenced'] as const)
    .filter((is) => acks[is] > 0)
    .map((is) => `${acks[is]} ${wordsOf(is, acks)}`)
  const noun = acks.of === 1 ? 'instance' : 'instances'
  return [`${acks.switched} of ${acks.of} ${noun} switched`, ...rest].join('; ')
}

function wordsOf(is: Exclude<AckClass, 'switched'>, { silentSince, fencedAt }: Acks): string {
  if (is === 'rejected') return 'refused it'
  if (is !== 'silent' || silentSince === null) return is
  const until = fencedAt === null ? '' : `, fenced at ${clock(fencedAt)}`
  return `silent since ${clock(silentSince)}${until}`
}

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 19)

function compare(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.rev - b.rev
}

function sumOf(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>()
  for (const [version, turns] of records.flatMap((record) => Object.entries(record))) {
    if (turns > 0) sum.set(version, (sum.get(version) ?? 0) + turns)
  }
  return Object.fromEntries(sum)
}
