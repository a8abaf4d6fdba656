import type { ApprovalView } from '#lib/views/approvals.ts'
import { ApprovalCard } from './ApprovalCard.tsx'

/** What waits for a second person here. */
export function WaitingApprovals({ waiting }: { waiting: readonly ApprovalView[] }) {
  return waiting.map((approval) => <ApprovalCard key={approval.id} approval={approval} />)
}
