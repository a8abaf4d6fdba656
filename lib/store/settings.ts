import type { Prisma, PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** What holds for the whole installation. Each setting has one name here, one reader, and one command that sets it. */

export type SettingName = 'trace_url' | 'shipped_prices'

/** The template of the address of a trace, for `traceLink`; null where nobody set one. */
export async function readTraceUrl(db: Tx | PrismaClient): Promise<string | null> {
  const value = await readSetting(db, 'trace_url')
  return typeof value === 'string' ? value : null
}

/** Whether the shipped list of prices is used for what has no price of its own. It is, unless somebody said no. */
export async function readUsesShippedPrices(db: Tx | PrismaClient): Promise<boolean> {
  return (await readSetting(db, 'shipped_prices')) !== false
}

async function readSetting(db: Tx | PrismaClient, name: SettingName): Promise<unknown> {
  return (await db.setting.findUnique({ where: { name } }))?.value
}

/** Null takes the setting away. */
export async function writeSetting(
  tx: Tx,
  name: SettingName,
  value: string | boolean | null,
  changed: { readonly at: Date; readonly by: Prisma.InputJsonObject },
): Promise<void> {
  if (value === null) {
    await tx.setting.deleteMany({ where: { name } })
    return
  }
  const row = { value, changedAt: changed.at, changedBy: changed.by }
  await tx.setting.upsert({ where: { name }, create: { name, ...row }, update: row })
}
