'use client'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { Search, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Dialog } from 'radix-ui'
import { useEffect, useEffectEvent, useState } from 'react'
import { useShell } from '#components/shell/ShellProvider.tsx'
import { paletteQuery } from '#lib/queries/palette.ts'
import { PaletteTarget } from './PaletteTarget.tsx'
import { groupsOf, type Target, type TargetGroup } from './targets.ts'

/** How long after the last letter names are looked for. */
const restMs = 120

/** What can be gone to, as it is typed: what is known fits at once, the rest follows from the server. */
export function PaletteList({ onGo }: { onGo: () => void }) {
  const router = useRouter()
  const shell = useShell()
  const [typed, setTyped] = useState('')
  const asked = useRested(typed.trim())
  const { data, isError, isPlaceholderData, refetch } = useQuery(paletteQuery(asked))
  const isLooking = !isError && (!data || isPlaceholderData || asked !== typed.trim())
  // Until the newest are there, the first of the list would be a screen.
  const isFirst = !data && !isError && typed === ''
  const groups = isFirst ? [] : groupsOf(typed, data ?? null, shell)
  const found = groups.reduce((sum, group) => sum + group.targets.length, 0)
  const go = (target: Target) => {
    onGo()
    router.push(target.href)
  }
  const first = groups[0]?.targets[0]
  const goWhenFound = useOnce(!isLooking, typed, () => first && go(first))
  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line pl-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          // Whoever pastes an id presses Enter before it can have been found.
          onKeyDown={(event) => event.key === 'Enter' && isLooking && !first && goWhenFound()}
          placeholder="Agent, version, incident, screen…"
          className="h-13 min-w-0 flex-1 bg-transparent text-lg outline-none placeholder:text-ink-3"
        />
        <Dialog.Close
          aria-label="Close"
          className="mr-1 grid size-11 shrink-0 place-items-center rounded-lg text-ink-3 hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </Dialog.Close>
      </div>
      <p role="status" className="sr-only">
        {!isLooking && (found === 1 ? 'One fits' : `${found} fit`)}
      </p>
      {isError && <Failed onAgain={() => void refetch()} />}
      <Command.List
        label="Where to"
        className="h-[min(26rem,60dvh)] scroll-py-2 overflow-y-auto overscroll-contain p-2"
      >
        {found === 0 && isLooking && <Pending />}
        {data && found === 0 && !isLooking && <Nothing typed={typed} />}
        {groups.map((group) => (
          <Targets key={group.title} group={group} onGo={go} />
        ))}
      </Command.List>
      <p aria-hidden className="hidden gap-4 border-t border-line px-4 py-2 text-xs text-ink-3 sm:flex">
        <span>↑ ↓ choose</span>
        <span>Enter go there</span>
        <span>Esc close</span>
      </p>
    </>
  )
}

/** The value once it has not changed for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}

/** Answers how to ask for the work to be done once, as soon as it is ready, unless it is about something else by then. */
function useOnce(ready: boolean, about: string, work: () => void): () => void {
  const [wantedFor, setWantedFor] = useState<string | null>(null)
  const run = useEffectEvent(work)
  useEffect(() => {
    if (wantedFor === null || !ready) return
    setWantedFor(null)
    if (wantedFor === about) run()
  }, [wantedFor, ready, about])
  return () => setWantedFor(about)
}

function Targets({ group, onGo }: { group: TargetGroup; onGo: (target: Target) => void }) {
  return (
    <Command.Group
      heading={group.title}
      className="mb-1 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-ink-3"
    >
      {group.targets.map((target) => (
        <PaletteTarget key={target.href} target={target} onGo={() => onGo(target)} />
      ))}
    </Command.Group>
  )
}

/** Lines in the place of what is looked for. A list box holds nothing but options, so that this is one too. */
function Pending() {
  return (
    <Command.Item disabled value="looking" aria-label="Looking…" className="px-2.5 pt-3 pb-2">
      <span className="grid animate-pulse gap-2 motion-reduce:animate-none">
        {[0, 1, 2, 3].map((line) => (
          <span key={line} className="h-8 rounded-lg bg-sunken" />
        ))}
      </span>
    </Command.Item>
  )
}

function Nothing({ typed }: { typed: string }) {
  return (
    <Command.Item disabled value="nothing" className="grid gap-1 px-4 py-10 text-center">
      <span className="font-semibold">Nothing is called “{typed.trim()}”</span>
      <span className="text-ink-2">
        Agents, versions, reasons and ids are looked through, of what you may see.
      </span>
    </Command.Item>
  )
}

function Failed({ onAgain }: { onAgain: () => void }) {
  return (
    <p role="alert" className="border-b border-line px-4 py-2.5 text-sm">
      <b className="font-semibold text-stop">Names could not be looked up.</b>{' '}
      <span className="text-ink-2">Screens can still be gone to.</span>{' '}
      <button type="button" onClick={onAgain} className="rounded underline underline-offset-2">
        Try again
      </button>
    </p>
  )
}
