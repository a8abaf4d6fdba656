import type { Metadata } from 'next'
import { ConnectScreen } from '#components/connect/ConnectScreen.tsx'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { requireActor } from '#lib/auth.ts'
import { may } from '#lib/domain/actor.ts'
import { agentNamePattern, versionNamePattern } from '#lib/domain/name.ts'
import { paths } from '#lib/paths.ts'
import { readConnect, readConnectStart } from '#lib/views/connect.ts'

export const metadata: Metadata = { title: 'Connect an agent' }

interface ConnectProps {
  searchParams: Promise<{ agent?: string | string[]; version?: string | string[] }>
}

export default async function ConnectPage({ searchParams }: ConnectProps) {
  const given = await searchParams
  const agent = fitting(given.agent, agentNamePattern)
  const version = fitting(given.version, versionNamePattern) ?? '1.0.0'
  const actor = await requireActor(paths.settings.connect(agent ?? undefined, version))
  const [start, view] = await Promise.all([
    readConnectStart(actor),
    agent && may(actor, 'view', agent) ? readConnect(agent, actor, new Date()) : null,
  ])
  return (
    <SettingsPage href={paths.settings.connect()}>
      <ConnectScreen start={start} initial={agent ? { named: { agent, version }, view } : null} />
    </SettingsPage>
  )
}

function fitting(given: string | string[] | undefined, pattern: RegExp): string | null {
  return typeof given === 'string' && pattern.test(given) ? given : null
}
