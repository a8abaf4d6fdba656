import { CircleCheck, CirclePause, OctagonX, ShieldQuestionMark, TrendingUp } from 'lucide-react'
import { StateChip } from '#components/ui/StateChip.tsx'
import type { Phase, Recovery } from '#lib/domain/rollout.ts'

/** Where a rollout stands, as icon and word. */
export function PhaseChip({ phase }: { phase: Phase }) {
  switch (phase) {
    case 'pending':
      return <StateChip tone="neutral">not started</StateChip>
    case 'progressing':
      return (
        <StateChip tone="candidate" icon={TrendingUp}>
          moving
        </StateChip>
      )
    case 'paused':
      return (
        <StateChip tone="hold" icon={CirclePause}>
          paused
        </StateChip>
      )
    case 'completed':
      return (
        <StateChip tone="allow" icon={CircleCheck}>
          at 100 %
        </StateChip>
      )
    case 'rolled_back':
      return (
        <StateChip tone="stop" icon={OctagonX}>
          rolled back
        </StateChip>
      )
    default:
      return phase satisfies never
  }
}

/** What came of a rollback, as icon and word. */
export function RecoveryChip({ recovery }: { recovery: Recovery }) {
  switch (recovery) {
    case 'verifying':
      return <StateChip tone="hold">verifying recovery</StateChip>
    case 'recovered':
      return <StateChip tone="allow">recovered</StateChip>
    case 'not_recovered':
      return <StateChip tone="stop">not recovered</StateChip>
    case 'inconclusive':
      return (
        <StateChip tone="hold" icon={ShieldQuestionMark}>
          inconclusive
        </StateChip>
      )
    default:
      return recovery satisfies never
  }
}
