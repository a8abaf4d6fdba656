import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { ApprovalsView } from '#lib/views/approvals.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

export const approvalsQuery = () =>
  queryOptions({
    queryKey: keys.approvals,
    queryFn: ({ signal }) => readView<ApprovalsView>(paths.views.approvals(), signal),
  })

interface Standing {
  readonly evidence: readonly string[]
  readonly moved: string | null
}

/** How what was asked for stands now. The figures move by themselves. */
export const standingQuery = (approvalId: string) =>
  queryOptions({
    queryKey: keys.standing(approvalId),
    queryFn: ({ signal }) => readView<Standing>(paths.views.standing(approvalId), signal),
    refetchInterval: 10_000,
  })
