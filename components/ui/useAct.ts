'use client'
import { unstable_isUnrecognizedActionError } from 'next/navigation'
import { useCallback, useRef, useState } from 'react'
import type { Refusal } from '#lib/actions/refusal.ts'
import { useProve } from './stepUp.ts'

const unreachable: Refusal = {
  code: 'not_now',
  because: 'Switchback did not answer, so it is not known whether this was done. Look again, then try again.',
}

/** Emergency acts are not among these: they go to addresses that stay. */
const outdated: Refusal = {
  code: 'not_now',
  because:
    'This page is from before an update of Switchback, so nothing was done. Reload it, then do it again.',
}

interface Acting<Args extends unknown[]> {
  readonly pending: boolean
  readonly refusal: Refusal | null
  /** Whether it was done. */
  run(...args: Args): Promise<boolean>
  forget(): void
}

/**
 * Runs an act once at a time and keeps its refusal. An act that throws is one that nobody answered. One that takes a
 * recent sign-in is done again once the person has proven who they are.
 */
export function useAct<Args extends unknown[]>(
  act: (...args: Args) => Promise<Refusal | null>,
): Acting<Args> {
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const running = useRef(false)
  const prove = useProve()

  const run = async (...args: Args): Promise<boolean> => {
    if (running.current) return false
    running.current = true
    setPending(true)
    setRefusal(null)
    try {
      const first = await act(...args)
      const refused = first?.code === 'step_up' && (await prove?.()) ? await act(...args) : first
      setRefusal(refused)
      return refused === null
    } catch (error) {
      if (isNavigation(error)) throw error
      setRefusal(unstable_isUnrecognizedActionError(error) ? outdated : unreachable)
      return false
    } finally {
      running.current = false
      setPending(false)
    }
  }
  const forget = useCallback(() => setRefusal(null), [])
  return { pending, refusal, run, forget }
}

/** Next carries redirects out of actions as errors with a digest. */
function isNavigation(error: unknown): boolean {
  return error instanceof Error && 'digest' in error && String(error.digest).startsWith('NEXT_')
}
