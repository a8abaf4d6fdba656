'use client'
import { useRef } from 'react'
import { refusalOf } from '#components/ui/refusalOf.ts'
import type { Refusal } from '#lib/actions/refusal.ts'
import { paths } from '#lib/paths.ts'

/** Posts to the emergency door. The key stays the same until it was answered: pressing again cannot do it twice. */
export function useEngage({ agent, name }: { readonly agent: string; readonly name: string }) {
  const key = useRef<string | null>(null)
  return async (more: { readonly reason?: string; readonly askAt?: string }): Promise<Refusal | null> => {
    key.current ??= crypto.randomUUID()
    const answer = await fetch(paths.engageSwitch(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key.current },
      body: JSON.stringify({ agent, name, ...more }),
    })
    key.current = null
    return await refusalOf(answer)
  }
}
