'use client'
import { clsx } from 'clsx'
import { BellOff, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { latePart } from '#components/ui/latePart.tsx'
import { tonePanel, toneText } from '#components/ui/tone.ts'
import { Waking } from '#components/ui/Waking.tsx'
import { useShell } from './ShellProvider.tsx'

const DemoStrip = latePart(async () => (await import('#components/demo/DemoStrip.tsx')).DemoStrip)

/** What is wrong with Switchback itself, or not real, on every page. */
export function Banners() {
  const { guard, slackConfigured, demo, canRunDemo } = useShell()
  return (
    <>
      {demo && (
        <Waking place="h-9">
          <DemoStrip demo={demo} canRun={canRunDemo} />
        </Waking>
      )}
      {guard.state !== 'well' && (
        <Strip
          tone="stop"
          icon={TriangleAlert}
          title={guard.state === 'none' ? 'No guard is running.' : 'The guard is silent.'}
        >
          {guard.state === 'silent' && (
            <>
              Nothing was judged since <RelativeTime at={guard.since} />.{' '}
            </>
          )}
          No rollout moves or stops by itself, and promotion is frozen. Rolling back by hand works.
        </Strip>
      )}
      {!slackConfigured && (
        <Strip tone="hold" icon={BellOff} title="Slack is not configured.">
          Alerts are recorded as not sent.
        </Strip>
      )}
    </>
  )
}

interface StripProps {
  readonly tone: 'stop' | 'hold'
  readonly icon: LucideIcon
  readonly title: string
  readonly children: ReactNode
}

function Strip({ tone, icon: Icon, title, children }: StripProps) {
  return (
    <div
      role={tone === 'stop' ? 'alert' : 'status'}
      className={clsx('flex gap-2 border-b px-4 py-1.5 text-sm md:px-7', tonePanel[tone])}
    >
      <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', toneText[tone])} />
      <p>
        <strong className={clsx('font-semibold', toneText[tone])}>{title}</strong>{' '}
        <span className="text-ink-2">{children}</span>
      </p>
    </div>
  )
}
