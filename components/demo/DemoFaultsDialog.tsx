'use client'
import { Mono } from '#components/ui/Mono.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { demoAgent } from '#lib/domain/demo.ts'
import type { DemoView } from '#lib/views/demo.ts'
import { DemoFaults } from './DemoFaults.tsx'

export interface DemoFaultsDialogProps {
  readonly demo: DemoView
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** The switches of the demo, over the page on which one watches it. */
export function DemoFaultsDialog({ demo, open, onOpenChange }: DemoFaultsDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Let something go wrong"
      description={
        <>
          With <Mono>{demoAgent}</Mono>, which is made up.
        </>
      }
    >
      <div className="-mx-4 mt-3 border-t border-line">
        <DemoFaults faults={demo.faults} />
      </div>
    </Dialog>
  )
}
