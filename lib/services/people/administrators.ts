import 'server-only'
import type { Tx } from '#lib/store/transaction.ts'

/** Somebody can always manage people: whatever takes that away asks here first. */

/** Held to the end of the transaction: who takes rights away goes one after the other. Any number only has to be ours. */
const peopleLock = 7_146_302_512

/** Makes changes of who may do what go one after the other, so that two cannot each leave the other as the last. */
export async function lockPeople(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${peopleLock}::bigint)`
}

/**
 * Whether anybody besides this person could manage people now: an administrator for all agents who is not disabled and
 * can sign in. Ask after `lockPeople`.
 */
export async function hasOtherAdministrator(tx: Tx, personId: string): Promise<boolean> {
  const others = await tx.person.count({
    where: {
      id: { not: personId },
      disabledAt: null,
      OR: [{ passwordHash: { not: null } }, { oidcSubject: { not: null } }],
      grants: { some: { role: 'administrator', agent: '*' } },
    },
  })
  return others > 0
}

/** Whether these roles make somebody an administrator of everything. */
export function areAdministrator(
  grants: readonly { readonly role: string; readonly agent: string }[],
): boolean {
  return grants.some(({ role, agent }) => role === 'administrator' && agent === '*')
}

export const lastAdministrator = 'This is the last administrator: make another one first'
