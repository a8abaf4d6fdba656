'use client'
import { type ReactNode, Suspense } from 'react'
import { Skeleton } from './Skeleton.tsx'
import { useHydrated } from './useHydrated.ts'

/**
 * What is not part of the first load. It comes once the page answers, so that nobody presses what does not answer yet;
 * until then `place` keeps its height.
 */
export function Later({ place, children }: { place: string; children: ReactNode }) {
  const hydrated = useHydrated()
  const kept = <Skeleton className={`rounded-card ${place}`} />
  return <Suspense fallback={kept}>{hydrated ? children : kept}</Suspense>
}
