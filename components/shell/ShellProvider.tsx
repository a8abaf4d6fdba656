'use client'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext } from 'react'
import { shellQuery } from '#lib/queries/shell.ts'
import type { ShellView } from '#lib/views/shell.ts'

const ShellContext = createContext<ShellView | null>(null)

/** Gives the frame what the server read for the first paint. */
export function ShellProvider({ initial, children }: { initial: ShellView; children: ReactNode }) {
  return <ShellContext value={initial}>{children}</ShellContext>
}

/** What stands around every screen, as it is now. */
export function useShell(): ShellView {
  const initial = useContext(ShellContext)
  if (!initial) throw new Error('useShell needs a ShellProvider above it')
  return useQuery({ ...shellQuery(), initialData: initial }).data
}
