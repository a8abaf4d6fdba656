import { may } from '#lib/domain/actor.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { personActor } from '../people/person.ts'

/**
 * Whether nobody besides this person could approve anything of this agent: no other person who is not disabled, may
 * approve here, and has ever signed in. It ends by itself when such a person signs in.
 */
export async function isAlone(tx: Tx | PrismaClient, personId: string, agent: string): Promise<boolean> {
  const others = await tx.person.findMany({
    where: { id: { not: personId }, disabledAt: null, sessions: { some: {} } },
    include: { grants: true },
  })
  return !others.some((other) => may(personActor(other), 'approval.decide', agent))
}
