'use client'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'

/** Inside of it `useAddress` works. Around what needs it and not around every page, so that it is not in every load. */
export function AddressScope({ children }: { children: ReactNode }) {
  return <NuqsAdapter>{children}</NuqsAdapter>
}
