'use client'
import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import Link, { useLinkStatus } from 'next/link'
import { usePathname } from 'next/navigation'
import { paths } from '#lib/paths.ts'
import { type Place, placesOf } from './places.ts'
import { useShell } from './ShellProvider.tsx'

/** The places of the panel. Incidents carry the number of those that are open. */
export function NavLinks({ tall, onGo }: { tall?: boolean; onGo?: () => void }) {
  const shell = useShell()
  const here = usePathname()
  const places = placesOf(shell)
  return (
    <ul className="flex flex-col gap-0.5">
      {places.map((place) => (
        <li key={place.href}>
          <NavLink place={place} on={isHere(place.href, here)} tall={tall ?? false} onGo={onGo} />
        </li>
      ))}
    </ul>
  )
}

function NavLink({
  place,
  on,
  tall,
  onGo,
}: {
  place: Place
  on: boolean
  tall: boolean
  onGo: (() => void) | undefined
}) {
  const Icon = place.icon
  const count = place.count ?? 0
  return (
    <Link
      href={place.href}
      aria-current={on ? 'page' : undefined}
      {...(onGo ? { onClick: onGo } : {})}
      className={clsx(
        'flex items-center gap-2.5 rounded-[7px] px-2 font-medium hover:transition-colors',
        tall ? 'h-11 text-[0.9375rem]' : 'h-[34px]',
        on
          ? 'bg-surface text-ink shadow-[0_0_0_1px_var(--line)]'
          : 'text-ink-2 hover:bg-line/60 hover:text-ink',
      )}
    >
      <PlaceIcon icon={Icon} />
      {place.label}
      {count > 0 && (
        <span className="ml-auto rounded-full bg-stop-bg px-[7px] text-xs leading-[18px] font-semibold text-stop tabular-nums">
          {count}
          <span className="sr-only"> {place.counted}</span>
        </span>
      )}
    </Link>
  )
}

/** Says that the place was asked for and is being read, where that takes a while. */
function PlaceIcon({ icon: Icon }: { icon: LucideIcon }) {
  const { pending } = useLinkStatus()
  return (
    <Icon
      aria-hidden
      className={clsx('size-4 shrink-0', pending && 'animate-pulse text-candidate')}
      strokeWidth={1.9}
    />
  )
}

function isHere(href: string, here: string): boolean {
  if (href === paths.now()) return here === href
  // A run is found by its id alone; it is an agent's all the same.
  if (href === paths.agents() && here.startsWith(paths.run(''))) return true
  return here === href || here.startsWith(`${href}/`)
}
