'use client'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { onDemand } from '#components/ui/onDemand.tsx'
import { StepUpContext } from '#components/ui/stepUp.ts'
import { whenIdle } from '#components/ui/whenIdle.ts'

const [StepUpDialog, prepareDialog] = onDemand(async () => (await import('./StepUpDialog.tsx')).StepUpDialog)

/**
 * Asks for the password where an act takes a recent sign-in, and lets the act go on after it. `useAct` asks; nothing
 * else has to know.
 */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [asking, setAsking] = useState(false)
  const [asked, setAsked] = useState(false)
  const answer = useRef<((proven: boolean) => void) | null>(null)
  useEffect(() => whenIdle(prepareDialog), [])

  const prove = useCallback(() => {
    // Two acts at once wait for one answer: the first is told no, and says why.
    answer.current?.(false)
    setAsked(true)
    setAsking(true)
    return new Promise<boolean>((resolve) => (answer.current = resolve))
  }, [])
  const settle = (proven: boolean) => {
    setAsking(false)
    answer.current?.(proven)
    answer.current = null
  }

  return (
    <StepUpContext value={prove}>
      {children}
      {asked && <StepUpDialog open={asking} onSettle={settle} />}
    </StepUpContext>
  )
}
