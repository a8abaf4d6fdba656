'use client'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { paths } from '#lib/paths.ts'
import { readView } from '#lib/queries/readView.ts'
import type { ReplayView } from '#lib/views/incidentReplay.ts'

/** Runs the decision again from the recorded checks, and says whether the answer is the same. */
export function ReplayButton({ incidentId }: { incidentId: string }) {
  const [state, setState] = useState<'idle' | 'running' | 'failed' | ReplayView>('idle')
  const run = async () => {
    setState('running')
    setState(await readView<ReplayView>(paths.views.replay(incidentId)).catch(() => 'failed' as const))
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <Button size="sm" onClick={() => void run()} aria-disabled={state === 'running'}>
        <RotateCcw aria-hidden />
        Run this decision again
      </Button>
      <span role="status" className="text-sm text-ink-2">
        {said(state)}
      </span>
    </div>
  )
}

function said(state: 'idle' | 'running' | 'failed' | ReplayView): string {
  if (state === 'idle') return ''
  if (state === 'running') return 'Running…'
  if (state === 'failed') return 'It could not be run again; the recorded checks could not be read.'
  const verdict = state.reason ? `${state.outcome}, ${state.reason}` : state.outcome
  return state.same
    ? `The same answer from ${state.checks} recorded checks: ${verdict}.`
    : `Another answer than on the record, from ${state.checks} checks: ${verdict}. Tell the people who build Switchback.`
}
