'use server'
import { revalidatePath } from 'next/cache'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { setTraceUrl as set } from '#lib/services/setting/setTraceUrl.ts'
import type { Refusal } from './refusal.ts'

/** Null takes the links away. */
export async function setTraceUrl(template: string | null): Promise<Refusal | null> {
  const outcome = await set({ template }, await requireActor())
  if (!outcome.ok) return outcome.refusal
  revalidatePath(paths.settings.traces())
  return null
}
