'use client'
import { type ReactNode, Suspense } from 'react'
import { Skeleton } from './Skeleton.tsx'
import { useHydrated } from './useHydrated.ts'

/**
 * A late part with something to press that the server draws too, so that nothing moves when its scripts come. Until then it
 * takes no press: React would drop it. `place` keeps its height where it is first drawn in the browser.
 */
export function Waking({ place, children }: { place: string; children: ReactNode }) {
  return (
    <Suspense fallback={<Skeleton className={`rounded-card ${place}`} />}>
      <Asleep>{children}</Asleep>
    </Suspense>
  )
}

/** Within the boundary: it wakes when everything in it does. */
function Asleep({ children }: { children: ReactNode }) {
  return <div inert={!useHydrated()}>{children}</div>
}
