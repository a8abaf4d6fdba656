'use client'
import { Suspense, useEffect, useState } from 'react'
import { latePart } from '#components/ui/latePart.tsx'
import { whenIdle } from '#components/ui/whenIdle.ts'

const Toaster = latePart(
  async () => (await import('sonner')).Toaster,
  () => null,
)

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
