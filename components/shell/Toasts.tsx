'use client'
import dynamic from 'next/dynamic'

/** Where short messages appear. Not part of the first load: nothing is said before somebody acts. */
export const Toasts = dynamic(
  async () => {
    const { Toaster } = await import('sonner')
    return function ToastsLoaded() {
      return <Toaster position="top-center" toastOptions={{ className: 'font-sans' }} />
    }
  },
  { ssr: false },
)
