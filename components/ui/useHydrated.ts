'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** Whether this page answers yet. Until then a form would be sent by the browser itself, which nobody expects. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
