import { Lock } from 'lucide-react'
import { EmptyState } from '#components/ui/EmptyState.tsx'

/** What a page shows to whoever may not see it. */
export function NotAllowed({ what }: { what: string }) {
  return (
    <EmptyState wholePage icon={Lock} title={`Your role cannot see ${what}`}>
      An administrator can give you one that may.
    </EmptyState>
  )
}
