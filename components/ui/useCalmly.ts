'use client'
import { type RefObject, startTransition, useEffect, useState } from 'react'
import { whenIdle } from './whenIdle.ts'

/**
 * What is dear to draw, taken when the browser has nothing else to do, one place after the other; and a newer one only
 * where the place is in sight. Null until the first was taken.
 */
export function useCalmly<T extends object>(value: T | null, place: RefObject<Element | null>): T | null {
  const [taken, setTaken] = useState<T | null>(null)
  const inSight = useInSight(place)
  const isWanted = value !== taken && (taken === null || inSight)
  useEffect(
    () => (isWanted ? whenIdle(() => startTransition(() => setTaken(value))) : undefined),
    [isWanted, value],
  )
  return taken
}

function useInSight(place: RefObject<Element | null>): boolean {
  const [inSight, setInSight] = useState(false)
  useEffect(() => {
    if (!place.current) return
    const observer = new IntersectionObserver((entries) =>
      setInSight(entries.at(-1)?.isIntersecting ?? false),
    )
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return inSight
}
