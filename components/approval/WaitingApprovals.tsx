'use client'
import { latePart } from '#components/ui/latePart.tsx'
import { Waking } from '#components/ui/Waking.tsx'
import type { ApprovalView } from '#lib/views/approvals.ts'

const ApprovalCard = latePart(async () => (await import('./ApprovalCard.tsx')).ApprovalCard)

/** What waits for a second person here. Seldom anything, so it is not in the first load. */
export function WaitingApprovals({ waiting }: { waiting: readonly ApprovalView[] }) {
  return waiting.map((approval) => (
    <Waking key={approval.id} place="h-80">
      <ApprovalCard approval={approval} />
    </Waking>
  ))
}
