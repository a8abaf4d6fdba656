import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { KeyboardProvider } from '#components/keys/KeyboardProvider.tsx'
import { LiveProvider } from '#components/live/LiveProvider.tsx'
import { Banners } from '#components/shell/Banners.tsx'
import { ShellProvider } from '#components/shell/ShellProvider.tsx'
import { SideNav } from '#components/shell/SideNav.tsx'
import { Toasts } from '#components/shell/Toasts.tsx'
import { KeepAlive } from '#components/sign/KeepAlive.tsx'
import { StepUpProvider } from '#components/sign/StepUpProvider.tsx'
import { TimeProvider } from '#components/time/TimeProvider.tsx'
import { readZone, zoneCookie } from '#components/time/zone.ts'
import { ZoneProvider } from '#components/time/ZoneProvider.tsx'
import { findActor } from '#lib/auth.ts'
import { changesHeard } from '#lib/views/changes.ts'
import { readShell } from '#lib/views/shell.ts'

export default async function PanelLayout({ children }: { children: ReactNode }) {
  const actor = await findActor()
  // The page knows its own address, and sends whoever is not signed in to the sign-in with it.
  if (!actor) return children
  const now = new Date()
  const heard = changesHeard()
  const shell = await readShell(actor, now)
  const zone = readZone((await cookies()).get(zoneCookie)?.value)
  return (
    <TimeProvider now={now.toISOString()}>
      <ZoneProvider initial={zone}>
        <LiveProvider heard={heard}>
          <ShellProvider initial={shell}>
            <KeyboardProvider>
              <a
                href="#main"
                className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-ink focus:px-3 focus:py-2 focus:text-bg"
              >
                Skip to the page
              </a>
              <div className="grid min-h-dvh md:grid-cols-[208px_minmax(0,1fr)]">
                <SideNav />
                <div className="min-w-0">
                  <KeepAlive />
                  <Banners />
                  <StepUpProvider>{children}</StepUpProvider>
                </div>
              </div>
              <Toasts />
            </KeyboardProvider>
          </ShellProvider>
        </LiveProvider>
      </ZoneProvider>
    </TimeProvider>
  )
}
