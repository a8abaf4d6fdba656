import type { AuditLine } from '#lib/domain/audit.ts'
import type { Approval as ApprovalRow } from '#lib/store/generated/client.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import type { Refused } from '../outcome.ts'
import type { ApprovalFacts, Kind } from './kind.ts'
import { approvalLine } from './row.ts'

type Lines = readonly [AuditLine, ...AuditLine[]]

/**
 * Does what was approved, in the transaction of the yes: the lines about it, each with who asked and who said yes.
 * A refusal undoes the yes with it.
 */
export async function carryOut(
  tx: Tx,
  spec: Kind,
  row: ApprovalRow,
  facts: ApprovalFacts,
  context: Context,
): Promise<Lines | Refused> {
  const result = await spec.execute(tx, spec.input.parse(row.input), { ...context, approval: facts })
  if (result.kind === 'refused') return result
  const approval = {
    id: facts.approvalId,
    requested_by: facts.requestedBy,
    approved_by: facts.approvedBy,
    mode: facts.mode,
  }
  const yes = approvalLine(row, 'approval.decide', 'approved', { mode: facts.mode, reason: facts.reason })
  const done = result.kind === 'done' ? result.audit : []
  return [yes, ...done.map((line) => ({ ...line, details: { ...line.details, approval } }))]
}
