'use client'
import { clsx } from 'clsx'
import { useId } from 'react'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { setDemoFault } from '#lib/actions/demo.ts'
import { type DemoFault, demoFaults, demoFaultWords } from '#lib/domain/demo.ts'

/** What can go wrong with the made-up agent, each with its switch. */
export function DemoFaults({ faults }: { faults: readonly DemoFault[] }) {
  return (
    <ul>
      {demoFaults.map((fault) => (
        <li key={fault} className="border-line not-first:border-t">
          <FaultSwitch fault={fault} on={faults.includes(fault)} />
        </li>
      ))}
    </ul>
  )
}

function FaultSwitch({ fault, on }: { fault: DemoFault; on: boolean }) {
  const id = useId()
  const { pending, refusal, run } = useAct(() => setDemoFault(fault, !on))
  const { name, effect } = demoFaultWords[fault]
  return (
    <div className="px-4 py-2.5">
      <button
        type="button"
        role="switch"
        aria-checked={on}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-effect`}
        aria-disabled={pending}
        onClick={() => void (pending || run())}
        className="flex min-h-11 w-full items-center justify-between gap-4 text-left"
      >
        <span>
          <span id={`${id}-name`} className="block font-medium first-letter:uppercase">
            {name}
          </span>
          <span id={`${id}-effect`} className="block text-sm text-ink-3 first-letter:uppercase">
            {effect}
          </span>
        </span>
        <span
          aria-hidden
          className={clsx(
            'flex h-6 w-10 shrink-0 rounded-full border p-0.5',
            on ? 'justify-end border-stop bg-stop' : 'border-ink-3 bg-sunken',
          )}
        >
          <span
            className={clsx(
              'size-[1.125rem] rounded-full forced-colors:bg-[CanvasText]',
              on ? 'bg-surface' : 'bg-ink-3',
            )}
          />
        </span>
      </button>
      <RefusalText refusal={refusal} />
    </div>
  )
}
