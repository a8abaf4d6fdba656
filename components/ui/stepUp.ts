'use client'
import { createContext, useContext } from 'react'

/** Asks the person to prove again who they are. Whether they did. */
export type Prove = () => Promise<boolean>

export const StepUpContext = createContext<Prove | null>(null)

/** The way to ask, on a page where somebody is signed in; null elsewhere. */
export function useProve(): Prove | null {
  return useContext(StepUpContext)
}
