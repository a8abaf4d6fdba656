import { type Scope } from '#lib/domain/actor.ts'
import { createToken } from '#lib/services/token/create.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { anActor } from './builders.ts'
import { valueOf } from './installation.ts'

/** A new API token's secret and id. */
export async function aToken(
  db: PrismaClient,
  scopes: readonly Scope[],
  agents: readonly string[] = ['*'],
): Promise<{ id: string; token: string }> {
  return valueOf(await createToken({ name: 'test', agents, scopes }, anActor(), { db }))
}
