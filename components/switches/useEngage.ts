'use client'
import { useEmergency } from '#components/ui/useEmergency.ts'
import type { Refusal } from '#lib/actions/refusal.ts'
import { paths } from '#lib/paths.ts'

/** Denies one capability, of one agent or of all. */
export function useEngage({ agent, name }: { readonly agent: string; readonly name: string }) {
  const engage = useEmergency(paths.engageSwitch())
  return (more: { readonly reason?: string; readonly askAt?: string }): Promise<Refusal | null> =>
    engage({ agent, name, ...more })
}
