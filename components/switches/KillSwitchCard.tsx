'use client'
import { OctagonX } from 'lucide-react'
import Link from 'next/link'
import { Section } from '#components/ui/Card.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { paths } from '#lib/paths.ts'
import type { AgentView } from '#lib/views/agent.ts'
import { EngageButton } from './EngageButton.tsx'

/** What an agent may do, and the two buttons that stop it; everything else of it is on the page of the switches. */
export function KillSwitchCard({ agent }: { agent: AgentView }) {
  return (
    <Section
      title="Kill switches"
      aside={
        <Link href={paths.switches()} className="rounded underline">
          All switches
        </Link>
      }
    >
      <div className="grid gap-2.5 px-4 pt-2 pb-4">
        {(['writes', 'agent'] as const).map((name) => {
          const isDenied = agent.denied.some((each) => each.name === name)
          return isDenied ? (
            <span key={name}>
              <StateChip tone="stop" icon={OctagonX}>
                {name === 'agent' ? 'agent stopped' : 'writes denied'}
              </StateChip>
            </span>
          ) : (
            <EngageButton key={name} agent={agent.agent} name={name} whyNot={agent.whyNotEngage} />
          )
        })}
      </div>
    </Section>
  )
}
