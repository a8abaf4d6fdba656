'use client'
import { lazy, Suspense, useEffect, useState } from 'react'
import { whenIdle } from '#components/ui/whenIdle.ts'

const Toaster = lazy(async () => ({ default: (await import('sonner')).Toaster }))

/** Where short messages appear. Not part of the first load: nothing is said before somebody acts. */
export function Toasts() {
  const [isThere, setIsThere] = useState(false)
  useEffect(() => whenIdle(() => setIsThere(true)), [])
  if (!isThere) return null
  return (
    <Suspense>
      <Toaster position="top-center" toastOptions={{ className: 'font-sans' }} />
    </Suspense>
  )
}
