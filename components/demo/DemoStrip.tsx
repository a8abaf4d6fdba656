'use client'
import Link from 'next/link'
import { useState } from 'react'
import { onDemand } from '#components/ui/onDemand.tsx'
import { demoAgent } from '#lib/domain/demo.ts'
import { paths } from '#lib/paths.ts'
import type { DemoView } from '#lib/views/demo.ts'

const [DemoFaultsDialog, prepareDialog] = onDemand(
  async () => (await import('./DemoFaultsDialog.tsx')).DemoFaultsDialog,
)

/** On every page while the demo runs: that its agent is made up, and for who may, the ways to let it go wrong or end. */
export function DemoStrip({ demo, canRun }: { demo: DemoView; canRun: boolean }) {
  const [opening, setOpening] = useState<'never' | 'open' | 'closed'>('never')
  return (
    <div
      role="status"
      className="flex flex-wrap gap-x-3 border-b border-candidate-line bg-candidate-bg px-4 py-1 text-sm md:px-7"
    >
      <p className="py-1">
        <b className="font-semibold text-candidate">The demo runs.</b>{' '}
        <span className="text-ink-2">{demoAgent} is made up.</span>
      </p>
      {canRun && (
        <p className="flex gap-x-4">
          <button
            type="button"
            className="rounded py-1 underline"
            onPointerEnter={prepareDialog}
            onClick={() => setOpening('open')}
          >
            Let something go wrong
          </button>
          <Link href={paths.settings.demo()} className="rounded py-1 underline">
            Demo
          </Link>
        </p>
      )}
      {opening !== 'never' && (
        <DemoFaultsDialog
          demo={demo}
          open={opening === 'open'}
          onOpenChange={(open) => setOpening(open ? 'open' : 'closed')}
        />
      )}
    </div>
  )
}
