'use client'
import { useRef } from 'react'
import type { Refusal } from '#lib/actions/refusal.ts'
import { refusalOf } from './refusalOf.ts'

/**
 * Posts to an emergency door: a plain address, so that a brake waits behind nothing and works from a tab that is older
 * than the deploy. The key stays the same until it was answered: pressing again cannot do it twice.
 */
export function useEmergency(path: string): (body: object) => Promise<Refusal | null> {
  const key = useRef<string | null>(null)
  return async (body) => {
    key.current ??= crypto.randomUUID()
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key.current },
      body: JSON.stringify(body),
    })
    key.current = null
    return await refusalOf(answer)
  }
}
