'use client'
import { LogOut } from 'lucide-react'
import { ZoneSwitch } from '#components/time/ZoneSwitch.tsx'
import { paths } from '#lib/paths.ts'
import { useShell } from './ShellProvider.tsx'
import { ThemeSwitch } from './ThemeSwitch.tsx'

/** Who is signed in, how the panel looks to them, and the way out. */
export function Person() {
  const { person } = useShell()
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center justify-between gap-y-1 px-2">
        <ThemeSwitch />
        <ZoneSwitch />
      </div>
      <div className="flex items-center gap-2 px-2 py-1 text-sm text-ink-2">
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full bg-line-2 text-[10.5px] font-[650]"
        >
          {initials(person)}
        </span>
        <span className="min-w-0 truncate" title={person}>
          {person}
        </span>
        <button
          type="button"
          aria-label="Sign out"
          title="Sign out"
          onClick={() => void leave()}
          className="ml-auto grid size-9 shrink-0 place-items-center rounded-lg text-ink-3 hover:bg-line/60 hover:text-ink"
        >
          <LogOut aria-hidden className="size-4" />
        </button>
      </div>
    </div>
  )
}

/** Its code comes when it is needed: nobody signs out while the page loads. */
async function leave(): Promise<void> {
  const { signOut } = await import('next-auth/react')
  await signOut({ callbackUrl: paths.signIn() })
}

function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter(Boolean)
  const first = words[0]?.[0] ?? '?'
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toUpperCase()
}
