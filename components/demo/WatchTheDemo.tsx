'use client'
import { Play } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useShell } from '#components/shell/ShellProvider.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { startDemo } from '#lib/actions/demo.ts'
import { paths } from '#lib/paths.ts'

/** Starts the demo, and leads to where it is steered. */
export function WatchTheDemo({ className }: { className?: string }) {
  const { canRunDemo } = useShell()
  const { push } = useRouter()
  return (
    <ActButton
      className={className}
      label="Watch the demo"
      icon={Play}
      size="lg"
      whyNot={canRunDemo ? null : 'An administrator can start it.'}
      act={async () => {
        const refused = await startDemo()
        if (!refused) push(paths.settings.demo())
        return refused
      }}
    />
  )
}
