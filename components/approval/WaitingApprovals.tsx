'use client'
import { lazy, Suspense } from 'react'
import type { ApprovalView } from '#lib/views/approvals.ts'

const ApprovalCard = lazy(async () => ({ default: (await import('./ApprovalCard.tsx')).ApprovalCard }))

/** What waits for a second person here. Most of the time nothing does, and then none of it is loaded. */
export function WaitingApprovals({ waiting }: { waiting: readonly ApprovalView[] }) {
  if (waiting.length === 0) return null
  return (
    <Suspense>
      {waiting.map((approval) => (
        <ApprovalCard key={approval.id} approval={approval} />
      ))}
    </Suspense>
  )
}
