import type { ApprovalKind } from '#lib/domain/approval.ts'
import type { Kind } from './kind.ts'
import { policyKind } from './kinds/policy.ts'
import { promoteKind } from './kinds/promote.ts'
import { rollbackKind } from './kinds/rollback.ts'
import { unlockKind } from './kinds/unlock.ts'
import { switchReleaseKind } from './kinds/switchRelease.ts'

/** Every kind of act that takes a second person, beside the file that knows it. */
export const kindSpecs: Readonly<Partial<Record<ApprovalKind, Kind>>> = {
  promote: promoteKind,
  rollback: rollbackKind,
  policy: policyKind,
  unlock: unlockKind,
  switch_release: switchReleaseKind,
}
