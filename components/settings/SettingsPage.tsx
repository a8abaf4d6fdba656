'use client'
import { clsx } from 'clsx'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Page } from '#components/shell/Page.tsx'
import { useShell } from '#components/shell/ShellProvider.tsx'
import { paths } from '#lib/paths.ts'
import { settingsPlaces } from './settingsPlaces.ts'

/** A page of the settings, with the way to the others. */
export function SettingsPage({ href, children }: { href: string; children: ReactNode }) {
  const shell = useShell()
  const here = settingsPlaces.find((place) => place.href === href)
  const shown = settingsPlaces.filter((place) => place.href === href || place.open(shell))
  return (
    <Page crumbs={[{ label: 'Settings', href: paths.settings.all() }, { label: here?.label ?? 'Settings' }]}>
      <nav aria-label="Settings" className="-mx-1 mb-5 overflow-x-auto px-1 pb-px">
        <ul className="flex gap-1 border-b border-line">
          {shown.map((place) => (
            <li key={place.href}>
              <Link
                href={place.href}
                aria-current={place.href === href ? 'page' : undefined}
                className={clsx(
                  '-mb-px flex h-11 items-center border-b-2 px-3 font-medium whitespace-nowrap hover:transition-colors md:h-9',
                  place.href === href
                    ? 'border-ink text-ink'
                    : 'border-transparent text-ink-2 hover:border-line-2 hover:text-ink',
                )}
              >
                {place.label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </Page>
  )
}
