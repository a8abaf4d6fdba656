'use client'
import type { ReactNode } from 'react'
import { placesOf } from '#components/shell/places.ts'
import { useShell } from '#components/shell/ShellProvider.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { SingleKeysSetting } from './SingleKeysSetting.tsx'
import { useSingleKeys } from './singleKeys.ts'

/** Every shortcut, and the switch for those of one key. */
export function HelpSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const places = placesOf(useShell())
  const on = useSingleKeys()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard shortcuts"
      description="They look and go; none of them changes anything. In a field, and under a dialog, they are silent."
    >
      <dl className="mt-4 grid gap-y-1.5 text-sm">
        <Shortcut keys={['⌘', 'K']} or={['Ctrl', 'K']}>
          Go to an agent, a rollout, an incident or a screen
        </Shortcut>
      </dl>
      <div className={on ? undefined : 'text-ink-3 line-through decoration-line-2'}>
        <dl className="mt-1.5 grid gap-y-1.5 text-sm">
          <Shortcut keys={['/']}>Search or narrow this list; without a list, go to</Shortcut>
          <Shortcut keys={['?']}>This help</Shortcut>
          <Shortcut keys={['j']} or={['k']}>
            Next row, row before
          </Shortcut>
          <Shortcut keys={['Enter']}>Open the row</Shortcut>
        </dl>
        <h3 className="mt-4 mb-1.5 text-xs font-semibold text-ink-3">Go to</h3>
        <dl className="grid gap-x-6 gap-y-1.5 text-sm sm:grid-cols-2">
          {places.map(({ label, key }) => (
            <Shortcut key={key} keys={['g', key]}>
              {label}
            </Shortcut>
          ))}
        </dl>
      </div>
      <div className="mt-4 border-t border-line pt-2">
        <SingleKeysSetting />
      </div>
    </Dialog>
  )
}

interface ShortcutProps {
  readonly keys: readonly string[]
  readonly or?: readonly string[]
  readonly children: ReactNode
}

function Shortcut({ keys, or, children }: ShortcutProps) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt>{children}</dt>
      <dd className="flex shrink-0 items-baseline gap-1 text-xs text-ink-3">
        <Keys keys={keys} />
        {or && (
          <>
            or
            <Keys keys={or} />
          </>
        )}
      </dd>
    </div>
  )
}

function Keys({ keys }: { keys: readonly string[] }) {
  return keys.map((key) => (
    <kbd
      key={key}
      className="inline-block min-w-6 rounded-md border border-line-2 bg-sunken px-1.5 text-center font-sans leading-5 text-ink"
    >
      {key}
    </kbd>
  ))
}
