'use client'
import { latePart } from '#components/ui/latePart.tsx'
import { Later } from '#components/ui/Later.tsx'
import type { ApprovalView } from '#lib/views/approvals.ts'

const ApprovalCard = latePart(async () => (await import('./ApprovalCard.tsx')).ApprovalCard)

/** What waits for a second person here. Seldom anything, so it is not in the first load. */
export function WaitingApprovals({ waiting }: { waiting: readonly ApprovalView[] }) {
  return waiting.map((approval) => (
    <Later key={approval.id} place="h-80">
      <ApprovalCard approval={approval} />
    </Later>
  ))
}
